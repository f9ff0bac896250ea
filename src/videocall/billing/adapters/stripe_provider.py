"""Stripe, by its official SDK: PaymentIntents, Checkout Sessions, refunds, disputes, webhooks.

With a return address the payer goes to Stripe's hosted page, so that no foreign script runs in
ours; with a source a PaymentIntent is confirmed at once; with neither the client confirms one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
import stripe

from videocall.billing.adapters import stripe_wire as wire
from videocall.billing.adapters.stripe_objects import (
    EXPANDED_INTENT,
    EXPANDED_SESSION,
    StripeObjects,
    read,
)
from videocall.billing.errors import ProviderConflict, ProviderUnavailable, WebhookInvalid
from videocall.billing.interfaces.providers import (
    ChargeOrder,
    ChargeRef,
    ProviderEvent,
    RefundOrder,
    RefundRef,
)
from videocall.billing.model.charges import (
    ChargeState,
    ChargeStatus,
    Failure,
    PaymentId,
    PaymentMethod,
    RefundId,
    RefundState,
    RefundStatus,
)
from videocall.core.clock import Clock
from videocall.core.logs import get_logger
from videocall.core.money import Money

_LOG = get_logger(__name__)
_KEYS_LAST = timedelta(hours=20)  # Stripe forgets idempotency keys after 24 hours
_RETRIES = 1
_LONGEST_WEBHOOK = 1024 * 1024


class StripeProvider:
    """One Stripe account. ``timeout``: seconds of each attempt; a failed one is repeated once."""

    method = PaymentMethod.STRIPE

    def __init__(
        self,
        secret_key: str,
        publishable_key: str,
        webhook_secret: str,
        api_base: str,
        timeout: float,
        clock: Clock,
    ) -> None:
        self._publishable_key = publishable_key
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._http = stripe.HTTPXClient(timeout=timeout)
        self._api = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base.rstrip("/")},
            http_client=self._http,
            max_network_retries=_RETRIES,
        ).v1
        self._objects = StripeObjects(self._api)

    async def start(self, order: ChargeOrder) -> ChargeState:
        created = order.created_at
        if created is not None and self._clock.now() - created > _KEYS_LAST:
            found = await self.look_up(ChargeRef(order.payment_id, order.amount, created))
            if found is not None:
                return found
        try:
            units = wire.to_units(order.amount)
        except wire.NotInUnits:
            return _refused(order, Failure("invalid_amount", "Stripe can't take this amount."))
        try:
            if order.source is None and order.return_url is not None:
                return await self._open_page(order, units, order.return_url)
            return await self._make_intent(order, units)
        except stripe.CardError as error:
            return await self._declined(order, error)
        except stripe.IdempotencyError as error:
            return await self._known_otherwise(order, units, error)
        except stripe.InvalidRequestError as error:
            _LOG.warning("Stripe refused a charge", code=error.code, param=error.param)
            return _refused(order, Failure(error.code or "invalid_request", str(error)))

    async def look_up(self, charge: ChargeRef) -> ChargeState | None:
        found = await self._objects.find(charge)
        return None if found is None else await self._state(found)

    async def cancel(self, charge: ChargeRef) -> ChargeState | None:
        found = await self._objects.find(charge)
        if found is None:
            return None
        state = await self._state(found)
        if not state.status.is_open:
            return state
        try:
            if isinstance(found, wire.Session):
                await self._objects.call(lambda: self._api.checkout.sessions.expire_async(found.id))
            else:
                await self._objects.call(lambda: self._api.payment_intents.cancel_async(found.id))
        except stripe.InvalidRequestError:
            _LOG.info("a charge could not be cancelled: it went on meanwhile", id=found.id)
        return await self.look_up(
            ChargeRef(charge.payment_id, charge.amount, charge.created_at, found.id)
        )

    async def refund(self, order: RefundOrder) -> RefundState:
        known = await self._objects.find_refund(order.refund_id, order.charge)
        if known is not None:
            return wire.refund_state(known)
        intent = await self._objects.intent_of(order.charge)
        failure = Failure("not_refundable", "Stripe has no payment to give back.")
        if intent is None:
            return RefundState(RefundStatus.FAILED, order.refund_id, order.amount, failure)
        try:
            params: stripe.params.RefundCreateParams = {
                "payment_intent": intent.id,
                "amount": wire.to_units(order.amount),
                "metadata": {
                    wire.REFUND_KEY: order.refund_id,
                    wire.PAYMENT_KEY: order.charge.payment_id,
                    "reason": order.reason[:500],
                },
            }
            options: stripe.RequestOptions = {"idempotency_key": f"refund-{order.refund_id}"}
            made = await self._objects.call(lambda: self._api.refunds.create_async(params, options))
            return wire.refund_state(read(made, wire.Refund))
        except wire.NotInUnits:
            failure = Failure("invalid_amount", "Stripe can't give back this amount.")
        except stripe.IdempotencyError as error:
            raise ProviderConflict from error
        except stripe.InvalidRequestError as error:
            failure = Failure(error.code or "invalid_request", str(error))
        return RefundState(RefundStatus.FAILED, order.refund_id, order.amount, failure)

    async def look_up_refund(self, refund: RefundRef) -> RefundState | None:
        if refund.provider_reference and refund.provider_reference.startswith(("re_", "pyr_")):
            reference = refund.provider_reference
            try:
                found = await self._objects.call(
                    lambda: self._api.refunds.retrieve_async(reference)
                )
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    return None
                raise ProviderUnavailable from error
            return wire.refund_state(read(found, wire.Refund))
        known = await self._objects.find_refund(refund.refund_id, refund.charge)
        return None if known is None else wire.refund_state(known)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent | None:
        given = headers.get("stripe-signature", "")
        if len(body) > _LONGEST_WEBHOOK or not given.isascii():  # the SDK trips over the latter
            raise WebhookInvalid
        try:
            stripe.WebhookSignature.verify_header(body, given, self._webhook_secret, 300)
            event = msgspec.json.decode(body, type=wire.Event)
        except (stripe.SignatureVerificationError, msgspec.MsgspecError, ValueError) as error:
            raise WebhookInvalid from error
        about = event.data.object
        metadata = about.metadata or {}
        payment_id, refund_id = metadata.get(wire.PAYMENT_KEY), metadata.get(wire.REFUND_KEY)
        is_ours = about.object in ("payment_intent", "checkout.session")
        reference = about.payment_intent or (about.id if is_ours else None)
        if payment_id is None and reference is None:
            return None
        return ProviderEvent(
            id=event.id,
            type=event.type,
            payment_id=PaymentId(payment_id) if payment_id else None,
            refund_id=RefundId(refund_id) if refund_id else None,
            provider_reference=reference,
        )

    async def aclose(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _open_page(self, order: ChargeOrder, units: int, return_url: str) -> ChargeState:
        back = _return_address(return_url, order.payment_id)
        metadata: dict[str, str] = {wire.PAYMENT_KEY: order.payment_id}
        description = order.description[:500] or order.payment_id
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": order.payment_id,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.amount.currency.lower(),
                        "unit_amount": units,
                        "product_data": {"name": description},
                    },
                }
            ],
            "allowed_payment_method_types": ["card"],
            "adaptive_pricing": {"enabled": False},  # the invoice is in this currency
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata, "description": description},
            "success_url": back,
            "cancel_url": back,
            "expand": EXPANDED_SESSION,
        }
        options: stripe.RequestOptions = {"idempotency_key": f"payment-{order.payment_id}"}
        made = await self._objects.call(
            lambda: self._api.checkout.sessions.create_async(params, options)
        )
        return await self._state(read(made, wire.Session))

    async def _make_intent(self, order: ChargeOrder, units: int) -> ChargeState:
        metadata: dict[str, str] = {wire.PAYMENT_KEY: order.payment_id}
        params: stripe.params.PaymentIntentCreateParams = {
            "amount": units,
            "currency": order.amount.currency.lower(),
            "description": order.description[:500],
            "allowed_payment_method_types": ["card"],
            "metadata": metadata,
            "expand": EXPANDED_INTENT,
        }
        if order.source is not None:
            params["confirm"] = True
            params["payment_method"] = order.source
            params["metadata"] = metadata | {wire.FLOW_KEY: wire.SOURCE_FLOW}
            if order.return_url is not None:
                params["return_url"] = _return_address(order.return_url, order.payment_id)
            else:
                params["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "never"}
        options: stripe.RequestOptions = {"idempotency_key": f"payment-{order.payment_id}"}
        made = await self._objects.call(
            lambda: self._api.payment_intents.create_async(params, options)
        )
        return await self._state(read(made, wire.Intent))

    async def _declined(self, order: ChargeOrder, error: stripe.CardError) -> ChargeState:
        details = error.error
        intent = details.payment_intent if details is not None else None
        decline_code = details.decline_code if details is not None else None
        failure = wire.decline(error.code, decline_code, error.user_message)
        return _refused(order, failure, intent.id if intent is not None else None)

    async def _known_otherwise(
        self, order: ChargeOrder, units: int, error: stripe.IdempotencyError
    ) -> ChargeState:
        """The key was used with other details: the same charge, if the amount is the same."""
        created = order.created_at or self._clock.now() - timedelta(days=1)
        found = await self._objects.find(ChargeRef(order.payment_id, order.amount, created))
        if found is None:
            raise ProviderConflict from error
        known = found.amount_total if isinstance(found, wire.Session) else found.amount
        if (known, found.currency) != (units, order.amount.currency.lower()):
            raise ProviderConflict from error
        return await self._state(found)

    async def _state(self, found: wire.Session | wire.Intent) -> ChargeState:
        if isinstance(found, wire.Intent):
            disputes = await self._objects.disputes(found)
            return wire.intent_state(found, disputes, self._publishable_key)
        intent = found.payment_intent
        state = await self._state(intent) if intent is not None else None
        return wire.session_state(found, state)


def _refused(order: ChargeOrder, failure: Failure, reference: str | None = None) -> ChargeState:
    nothing = Money(0, order.amount.currency)
    return ChargeState(
        ChargeStatus.FAILED, reference or order.payment_id, nothing, nothing, failure
    )


def _return_address(return_url: str, payment_id: str) -> str:
    parts = urlsplit(return_url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name != "payment"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("payment", payment_id)])))
