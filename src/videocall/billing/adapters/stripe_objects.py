"""Finds what is Stripe's: sessions, intents, refunds and disputes of one account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
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
        async for session in self._sessions(since):
            if session.metadata.get(wire.PAYMENT_KEY) == charge.payment_id:
                return session
        async for intent in self._intents(since):
            if intent.metadata.get(wire.PAYMENT_KEY) == charge.payment_id:
                return intent
        return None

    async def _sessions(self, since: int) -> AsyncIterator[wire.Session]:
        expand = [f"data.{path}" for path in EXPANDED_SESSION]
        params: dict[str, Any] = {"created": {"gte": since}, "limit": _PAGE, "expand": expand}
        list_page = self._api.checkout.sessions.list_async
        async for item in self._pages(params, lambda: list_page(params)):  # type: ignore[arg-type]
            yield read(item, wire.Session)

    async def _intents(self, since: int) -> AsyncIterator[wire.Intent]:
        expand = [f"data.{path}" for path in EXPANDED_INTENT]
        params: dict[str, Any] = {"created": {"gte": since}, "limit": _PAGE, "expand": expand}
        list_page = self._api.payment_intents.list_async
        async for item in self._pages(params, lambda: list_page(params)):  # type: ignore[arg-type]
            yield read(item, wire.Intent)

    async def _pages(
        self, params: dict[str, Any], list_page: Callable[[], Awaitable[stripe.ListObject[Any]]]
    ) -> AsyncIterator[Any]:
        for _ in range(_MOST_PAGES):
            page = await self.call(list_page)
            for item in page.data:
                yield item
            if not page.has_more or not page.data:
                return
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
        async for item in self._pages(params, lambda: list_page(params)):  # type: ignore[arg-type]
            refund = read(item, wire.Refund)
            if (refund.metadata or {}).get(wire.REFUND_KEY) == refund_id:
                return refund
        return None

    async def disputes(self, intent: wire.Intent) -> tuple[wire.Dispute, ...]:
        if intent.latest_charge is None or not intent.latest_charge.disputed:
            return ()
        page = await self.call(
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


def read(found: stripe.StripeObject, target: type[W]) -> W:
    """The part of Stripe's object that is used here; ProviderUnavailable when it is not there."""
    try:
        return msgspec.convert(found.to_dict(), type=target)
    except msgspec.ValidationError as error:
        raise ProviderUnavailable from error
