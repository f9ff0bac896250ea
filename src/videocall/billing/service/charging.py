"""Brings payments forward: asks the provider outside of transactions, then applies its answer.

Every step may be repeated. Two that work on the same payment at once do no harm: an answer that
was asked for before the payment last changed is thrown away, and the provider is asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from videocall.billing.errors import MethodUnavailable, ProviderConflict, ProviderUnavailable
from videocall.billing.interfaces.providers import (
    ChargeOrder,
    ChargeRef,
    PaymentProvider,
    Providers,
)
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.charges import (
    ChargeState,
    ChargeStatus,
    Failure,
    PaymentId,
    PaymentMethod,
)
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.payments import Payment, PaymentState, pause
from videocall.billing.service.leases import BATCH, LEASE
from videocall.billing.service.settlement import Settlement
from videocall.core.clock import Clock
from videocall.core.logs import get_logger
from videocall.core.money import Money

_LOG = get_logger(__name__)

_Ask: TypeAlias = Callable[[PaymentProvider, Payment], Awaitable[ChargeState | None]]

_ONCE_MORE = timedelta(seconds=60)
_FORGOTTEN = timedelta(hours=24)
_MOST_ROUNDS = 5


class Charging:
    """Payments and their providers."""

    def __init__(
        self, units: SettlementUnits, providers: Providers, settlement: Settlement, clock: Clock
    ) -> None:
        self._units = units
        self._providers = providers
        self._settlement = settlement
        self._clock = clock

    async def run(self, payment_id: PaymentId) -> Payment:
        """Start or look up a payment and apply what the provider says.

        Raises ProviderUnavailable, with nothing changed: a sweeper asks again.
        """
        return await self._until_applied(payment_id, self._ask)

    async def cancel(self, payment_id: PaymentId) -> Payment:
        """Stop a payment that is open; the answer may be that it succeeded before. As run."""
        return await self._until_applied(payment_id, self._stop)

    async def apply(self, seen: Payment, charge: ChargeState | None) -> Payment | None:
        """Apply an answer in one transaction; None: the payment has changed since it was seen."""
        async with self._units.write() as work:
            if seen.invoice_id is not None:
                await work.invoices.lock(InvoiceId(seen.invoice_id))
            payment = await work.payments.lock(seen.id)
            if payment is None or payment.version != seen.version:
                return None
            return await self._applied(work, payment, charge)

    async def sweep(self) -> int:
        """Look after payments that are due, a batch of them; how many."""
        now = self._clock.now()
        async with self._units.write() as work:
            due = await work.payments.claim(now, now + LEASE, BATCH)
        await asyncio.gather(*(self._swept(payment_id) for payment_id in due))
        return len(due)

    async def _swept(self, payment_id: PaymentId) -> None:
        try:
            payment = await self.run(payment_id)
            if payment.state.is_open and self._is_forgotten(payment):
                await self.cancel(payment_id)
        except (ProviderUnavailable, MethodUnavailable) as error:
            async with self._units.write() as work:
                payment_now = await work.payments.lock(payment_id)
                if payment_now is not None:
                    await work.payments.schedule(self._later(payment_now))
            _LOG.warning("payment not settled yet", payment_id=payment_id, reason=error.code)

    def _is_forgotten(self, payment: Payment) -> bool:
        # Nobody returned to the provider's page for a day. A transfer may take as long as it likes.
        is_old = self._clock.now() - payment.created_at > _FORGOTTEN
        return is_old and payment.method is not PaymentMethod.MANUAL

    async def _until_applied(self, payment_id: PaymentId, ask: _Ask) -> Payment:
        for _ in range(_MOST_ROUNDS):
            async with self._units.read() as work:
                seen = await work.payments.get(payment_id)
            if seen is None:
                raise LookupError(payment_id)
            if seen.method is PaymentMethod.WALLET:
                return seen  # settled in the transaction that wrote it
            provider = self._providers.get(seen.method)
            if provider is None:
                raise MethodUnavailable
            applied = await self.apply(seen, await ask(provider, seen))
            if applied is not None:
                return applied
        raise ProviderUnavailable

    async def _ask(self, provider: PaymentProvider, payment: Payment) -> ChargeState | None:
        if payment.provider_reference is not None or not payment.state.is_open:
            found = await provider.look_up(_ref(payment))
            if found is not None or not payment.state.is_open:
                return found
        try:
            return await provider.start(_order(payment))
        except ProviderConflict as error:
            return _refused(payment, error)

    async def _stop(self, provider: PaymentProvider, payment: Payment) -> ChargeState | None:
        if not payment.state.is_open:
            return None
        known = await provider.cancel(_ref(payment))
        return known if known is not None else _never_started(payment)

    async def _applied(
        self, work: SettlementWork, payment: Payment, charge: ChargeState | None
    ) -> Payment:
        if charge is None:  # a given-up payment that the provider never heard of
            return await work.payments.put(replace(payment, next_at=None))
        if charge.charged.minor and charge.charged != payment.amount:
            _LOG.error("a provider charged another amount", payment_id=payment.id)
        after = await self._settlement.apply(work, payment, charge)
        if after == payment:
            if after.state.is_open or after.next_at is not None:
                after = self._later(after) if after.state.is_open else replace(after, next_at=None)
                await work.payments.schedule(after)
            return after
        if after.state.is_open:
            after = self._later(after)
        elif charge.provider_reference == "" and after.state is PaymentState.CANCELLED:
            # Its start may still be on the way: look once more.
            after = replace(after, next_at=self._clock.now() + _ONCE_MORE)
        return await work.payments.put(after)

    def _later(self, payment: Payment) -> Payment:
        is_waiting = payment.method is PaymentMethod.MANUAL and payment.provider_reference
        next_at = None if is_waiting else self._clock.now() + pause(payment.attempts)
        return replace(payment, attempts=payment.attempts + 1, next_at=next_at)


def in_flight(payments: Sequence[Payment], currency: str) -> Money:
    """What may still arrive of payments under way."""
    return Money(sum(item.amount.minor for item in payments if item.state.is_open), currency)


def _ref(payment: Payment) -> ChargeRef:
    return ChargeRef(payment.id, payment.amount, payment.created_at, payment.provider_reference)


def _order(payment: Payment) -> ChargeOrder:
    return ChargeOrder(
        payment_id=payment.id,
        amount=payment.amount,
        description=payment.description,
        customer_id=payment.customer_id,
        return_url=payment.return_url,
        source=payment.source,
    )


def _nothing(payment: Payment) -> Money:
    return Money(0, payment.amount.currency)


def _refused(payment: Payment, error: ProviderConflict) -> ChargeState:
    failure = Failure("provider_conflict", error.title)
    nothing = _nothing(payment)
    return ChargeState(ChargeStatus.FAILED, "", nothing, nothing, failure=failure)


def _never_started(payment: Payment) -> ChargeState:
    nothing = _nothing(payment)
    return ChargeState(ChargeStatus.CANCELLED, "", nothing, nothing)
