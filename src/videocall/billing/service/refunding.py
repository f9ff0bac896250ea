"""Refunds: planned in the transaction of their cause, carried out by providers afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from videocall.billing import events
from videocall.billing.errors import (
    MethodUnavailable,
    ProviderConflict,
    ProviderUnavailable,
    RefundNotFound,
    RefundTransition,
)
from videocall.billing.interfaces.providers import (
    ChargeRef,
    PaymentProvider,
    Providers,
    RefundOrder,
    RefundRef,
)
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.charges import (
    Failure,
    PaymentMethod,
    RefundId,
    RefundStatus,
)
from videocall.billing.model.charges import RefundState as Told
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.payments import Payment, pause
from videocall.billing.model.refunds import (
    TRANSITIONS,
    Refund,
    RefundCause,
    RefundState,
    RefundTarget,
    Share,
    spread,
)
from videocall.billing.model.wallet import Reference
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.leases import BATCH, LEASE
from videocall.billing.service.wallet_book import WalletBook
from videocall.core.clock import Clock
from videocall.core.ids import Ids
from videocall.core.logs import get_logger
from videocall.core.money import Money

_LOG = get_logger(__name__)

EXCESS = "More was paid than was due."

_GOALS = {
    RefundStatus.PENDING: RefundState.PENDING,
    RefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    RefundStatus.FAILED: RefundState.FAILED,
}


class RefundBook:
    """Refunds inside a transaction; the invoice is locked."""

    def __init__(
        self, invoice_book: InvoiceBook, wallet_book: WalletBook, ids: Ids, clock: Clock
    ) -> None:
        self._invoice_book = invoice_book
        self._wallet_book = wallet_book
        self._ids = ids
        self._clock = clock

    async def give_back_excess(self, work: SettlementWork, payment: Payment) -> Payment:
        """Send back what a payment brought beyond what was due; the caller writes the payment."""
        share = Share(payment, payment.loose)
        await self._add(work, share, RefundCause.EXCESS, RefundTarget.ORIGINAL, EXCESS, None)
        return replace(payment, refunded=payment.refunded + share.amount)

    async def give_back(
        self,
        work: SettlementWork,
        invoice_id: InvoiceId,
        amount: Money,
        target: RefundTarget,
        reason: str,
        credit_note_id: str | None,
    ) -> Sequence[Refund]:
        """Send back an amount of what an invoice was paid with, the newest payments first."""
        paid = await work.payments.of_invoice(invoice_id)
        locked = [await work.payments.lock(item.id) for item in paid]
        made = []
        for share in spread(amount, [item for item in locked if item is not None]):
            refund = await self._add(
                work, share, RefundCause.CREDIT, target, reason, credit_note_id
            )
            await work.payments.put(
                replace(
                    share.payment,
                    applied=share.payment.applied - share.amount,
                    refunded=share.payment.refunded + share.amount,
                )
            )
            await self._invoice_book.refund(work, invoice_id, share.amount, refund.id, None)
            made.append(refund)
        return made

    async def give_back_again(
        self, work: SettlementWork, failed: Refund, target: RefundTarget
    ) -> Sequence[Refund]:
        """New refunds for one that failed; raises RefundTransition when nothing is owed of it."""
        invoice = None
        if failed.invoice_id is not None:
            invoice = await work.invoices.lock(InvoiceId(failed.invoice_id))
        payment = await work.payments.lock(failed.payment_id)
        if failed.state is not RefundState.FAILED or payment is None:
            raise RefundTransition(f"It is {failed.state.value}.")
        if failed.cause is RefundCause.EXCESS:
            if payment.loose.minor < failed.amount.minor:
                raise RefundTransition("It was given back already.")
            share = Share(payment, failed.amount)
            made = await self._add(work, share, RefundCause.EXCESS, target, failed.reason, None)
            refunded = payment.refunded + failed.amount
            await work.payments.put(replace(payment, refunded=refunded))
            return [made]
        if invoice is None or invoice.standing.overpaid.minor < failed.amount.minor:
            raise RefundTransition("It was given back already.")
        return await self.give_back(
            work, invoice.id, failed.amount, target, failed.reason, failed.credit_note_id
        )

    async def finish(
        self, work: SettlementWork, payment: Payment, refund: Refund, told: Told
    ) -> Refund:
        """Note what became of a refund; one that failed counts as paid again."""
        goal = _GOALS[told.status]
        after = replace(
            refund, provider_reference=told.provider_reference or refund.provider_reference
        )
        if goal not in TRANSITIONS.get(refund.state, frozenset()):
            return after
        after = replace(after.moved(goal, self._clock.now()), failure=told.failure)
        if goal is RefundState.FAILED:
            await self._returned(work, payment, refund)
        self._tell(work, after)
        return after

    async def _returned(self, work: SettlementWork, payment: Payment, refund: Refund) -> None:
        payment = replace(payment, refunded=payment.refunded - refund.amount)
        if refund.cause is RefundCause.CREDIT and refund.invoice_id is not None:
            payment = replace(payment, applied=payment.applied + refund.amount)
            await self._invoice_book.refund_returned(
                work, InvoiceId(refund.invoice_id), refund.amount, refund.id, None
            )
        await work.payments.put(payment)

    async def _add(
        self,
        work: SettlementWork,
        share: Share,
        cause: RefundCause,
        target: RefundTarget,
        reason: str,
        credit_note_id: str | None,
    ) -> Refund:
        payment, now = share.payment, self._clock.now()
        is_wallet = target is RefundTarget.WALLET or payment.method is PaymentMethod.WALLET
        refund = Refund(
            id=RefundId(self._ids.new()),
            cause=cause,
            payment_id=payment.id,
            invoice_id=payment.invoice_id,
            credit_note_id=credit_note_id,
            customer_id=payment.customer_id,
            method=PaymentMethod.WALLET if is_wallet else payment.method,
            state=RefundState.PENDING,
            amount=share.amount,
            reason=reason,
            failure=None,
            provider_reference=None,
            created_at=now,
            finished_at=None,
            next_at=now + LEASE,
            attempts=0,
        )
        self._tell(work, refund)
        if is_wallet:
            reference = Reference(
                "invoice", payment.invoice_id or payment.id, once=f"refund:{refund.id}"
            )
            await self._wallet_book.refund(work, payment.customer_id, share.amount, reference, None)
            refund = refund.moved(RefundState.SUCCEEDED, now)
            self._tell(work, refund)
        await work.refunds.add(refund)
        return refund

    def _tell(self, work: SettlementWork, refund: Refund) -> None:
        told = [events.refund_moved(refund)]
        work.events.append(events.refund_stream(refund.id), None, told, None)


async def _asked(provider: PaymentProvider, charge: ChargeRef, refund: Refund) -> Told:
    try:
        return await provider.refund(RefundOrder(refund.id, charge, refund.amount, refund.reason))
    except ProviderConflict as error:
        failure = Failure(error.code, error.title)
        return Told(RefundStatus.FAILED, refund.provider_reference or "", refund.amount, failure)


class Refunding:
    """Refunds and their providers, outside of transactions; every step may be repeated."""

    def __init__(
        self, units: SettlementUnits, providers: Providers, book: RefundBook, clock: Clock
    ) -> None:
        self._units = units
        self._providers = providers
        self._book = book
        self._clock = clock

    async def run(self, refund_id: RefundId) -> Refund:
        """Ask the provider for a refund, or what became of it; raises ProviderUnavailable."""
        async with self._units.read() as work:
            refund = await work.refunds.get(refund_id)
            payment = await work.payments.get(refund.payment_id) if refund is not None else None
        if refund is None or payment is None:
            raise LookupError(refund_id)
        if refund.method is PaymentMethod.WALLET:
            return refund
        provider = self._providers.get(refund.method)
        if provider is None:
            raise MethodUnavailable
        charge = ChargeRef(
            payment.id, payment.amount, payment.created_at, payment.provider_reference
        )
        told: Told | None = None
        if refund.provider_reference is not None or refund.state is not RefundState.PENDING:
            reference = RefundRef(refund.id, charge, refund.amount, refund.provider_reference)
            told = await provider.look_up_refund(reference)
        if told is None and refund.state is RefundState.PENDING:
            told = await _asked(provider, charge, refund)
        return await self._apply(refund, told) if told is not None else refund

    async def again(self, refund_id: RefundId, target: RefundTarget) -> Sequence[Refund]:
        """Ask anew for what failed, as new refunds; raises RefundNotFound, RefundTransition."""
        async with self._units.write() as work:
            seen = await work.refunds.get(refund_id)
            if seen is None:
                raise RefundNotFound
            made = await self._book.give_back_again(work, seen, target)
        await self.try_all(made)
        async with self._units.read() as work:
            found = [await work.refunds.get(item.id) for item in made]
        return [item for item in found if item is not None]

    async def try_all(self, refunds: Sequence[Refund]) -> None:
        """Run these now; what does not answer is left to the sweeper."""
        for refund in refunds:
            if refund.state is RefundState.PENDING:
                await self._tried(refund.id)

    async def try_payment(self, payment: Payment) -> None:
        """Run what a payment has to give back, as try_all."""
        if payment.refunded.minor:
            async with self._units.read() as work:
                found = await work.refunds.of_payment(payment.id)
            await self.try_all(found)

    async def sweep(self) -> int:
        """Look after refunds that are due, a batch of them; how many."""
        now = self._clock.now()
        async with self._units.write() as work:
            due = await work.refunds.claim(now, now + LEASE, BATCH)
        await asyncio.gather(*(self._tried(refund_id) for refund_id in due))
        return len(due)

    async def _tried(self, refund_id: RefundId) -> None:
        try:
            await self.run(refund_id)
        except (ProviderUnavailable, MethodUnavailable) as error:
            failure = Failure(error.code, error.title)
            async with self._units.write() as work:
                refund = await work.refunds.lock(refund_id)
                if refund is not None and refund.state is RefundState.PENDING:
                    await work.refunds.put(replace(self._later(refund), failure=failure))
            _LOG.warning("refund not done yet", refund_id=refund_id, reason=error.code)

    async def _apply(self, seen: Refund, told: Told) -> Refund:
        async with self._units.write() as work:
            if seen.invoice_id is not None:
                await work.invoices.lock(InvoiceId(seen.invoice_id))
            payment = await work.payments.lock(seen.payment_id)
            refund = await work.refunds.lock(seen.id)
            if payment is None or refund is None or refund.state is not seen.state:
                return seen  # somebody else was faster; a sweeper or a webhook looks again
            after = await self._book.finish(work, payment, refund, told)
            if after.state is RefundState.PENDING:
                after = self._later(after)
            await work.refunds.put(after)
        return after

    def _later(self, refund: Refund) -> Refund:
        next_at = self._clock.now() + pause(refund.attempts)
        return replace(refund, attempts=refund.attempts + 1, next_at=next_at)
