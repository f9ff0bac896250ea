"""Finds what is Stripe's: sessions, intents, refunds and disputes of one account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
import stripe

from videocall.billing.adapters import stripe_wire as wire
from videocall.billing.errors import ProviderUnavailable
from videocall.billing.interfaces.providers import ChargeRef
from videocall.billing.model.charges import RefundId
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)
_SLACK = timedelta(minutes=5)  # between our clock and theirs
_MOST_PAGES = 20
_PAGE = 100
EXPANDED_INTENT = ["latest_charge"]
EXPANDED_SESSION = ["payment_intent.latest_charge"]
T = TypeVar("T")
W = TypeVar("W", bound=msgspec.Struct)


class StripeObjects:
    """Every method raises ProviderUnavailable when Stripe does not answer."""

    def __init__(self, api: stripe.V1Services) -> None:
        self._api = api

    async def find(self, charge: ChargeRef) -> wire.Session | wire.Intent | None:
        reference = charge.provider_reference or ""
        try:
            if reference.startswith("cs_"):
                page = await self.call(
                    lambda: self._api.checkout.sessions.retrieve_async(
                        reference, {"expand": EXPANDED_SESSION}
                    )
                )
                return read(page, wire.Session)
            if reference.startswith("pi_"):
                intent = await self.call(
                    lambda: self._api.payment_intents.retrieve_async(
                        reference, {"expand": EXPANDED_INTENT}
                    )
                )
                return read(intent, wire.Intent)
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return None
            raise ProviderUnavailable from error
        return await self._search(charge)

    async def _search(self, charge: ChargeRef) -> wire.Session | wire.Intent | None:
        """By listing, not by Stripe's search: that one is a minute late, and not everywhere."""
        since = int((charge.created_at - _SLACK).timestamp())
        newer: dict[str, Any] = {"created": {"gte": since}, "limit": _PAGE}
        pages = newer | {"expand": [f"data.{path}" for path in EXPANDED_SESSION]}
        list_sessions = self._api.checkout.sessions.list_async
        key, wanted = wire.PAYMENT_KEY, charge.payment_id
        session = await self._first(pages, lambda: list_sessions(pages), key, wanted)  # type: ignore[arg-type]
        if session is not None:
            return read(session, wire.Session)
        intents = newer | {"expand": [f"data.{path}" for path in EXPANDED_INTENT]}
        list_intents = self._api.payment_intents.list_async
        intent = await self._first(intents, lambda: list_intents(intents), key, wanted)  # type: ignore[arg-type]
        return None if intent is None else read(intent, wire.Intent)

    async def _first(
        self,
        params: dict[str, Any],
        list_page: Callable[[], Awaitable[stripe.ListObject[Any]]],
        key: str,
        value: str,
    ) -> stripe.StripeObject | None:
        """The first object with this metadata; others may be of another kind, and of no interest.

        ``params`` are those that ``list_page`` sends: the place to go on from is put into them.
        """
        for _ in range(_MOST_PAGES):
            page = await self._ask(list_page)
            for item in page.data:
                if (item.to_dict().get("metadata") or {}).get(key) == value:
                    found: stripe.StripeObject = item
                    return found
            if not page.has_more or not page.data:
                return None
            params["starting_after"] = page.data[-1].id
        # Too many to look through: not found is not the same as not there.
        raise ProviderUnavailable

    async def intent_of(self, charge: ChargeRef) -> wire.Intent | None:
        found = await self.find(charge)
        return found.payment_intent if isinstance(found, wire.Session) else found

    async def find_refund(self, refund_id: RefundId, charge: ChargeRef) -> wire.Refund | None:
        intent = await self.intent_of(charge)
        if intent is None:
            return None
        params: dict[str, Any] = {"payment_intent": intent.id, "limit": _PAGE}
        list_page = self._api.refunds.list_async
        key = wire.REFUND_KEY
        found = await self._first(params, lambda: list_page(params), key, refund_id)  # type: ignore[arg-type]
        return None if found is None else read(found, wire.Refund)

    async def disputes(self, intent: wire.Intent) -> tuple[wire.Dispute, ...]:
        if intent.latest_charge is None or not intent.latest_charge.disputed:
            return ()
        page = await self._ask(
            lambda: self._api.disputes.list_async({"payment_intent": intent.id, "limit": 10})
        )
        return tuple(read(item, wire.Dispute) for item in page.data)

    async def call(self, call: Callable[[], Awaitable[T]]) -> T:
        """Let through what Stripe refused; every other failure is an unknown outcome."""
        try:
            return await call()
        except (stripe.CardError, stripe.IdempotencyError, stripe.InvalidRequestError):
            raise
        except stripe.StripeError as error:
            _LOG.warning("Stripe does not answer", kind=type(error).__name__, code=error.code)
            raise ProviderUnavailable from error

    async def _ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """As call, for what has no reason to be refused."""
        try:
            return await self.call(call)
        except stripe.StripeError as error:
            _LOG.error("Stripe refuses to tell", kind=type(error).__name__, code=error.code)
            raise ProviderUnavailable from error


def read(found: stripe.StripeObject, target: type[W]) -> W:
    """The part of Stripe's object that is used here; ProviderUnavailable when it is not there."""
    try:
        return msgspec.convert(found.to_dict(), type=target)
    except msgspec.ValidationError as error:
        raise ProviderUnavailable from error
