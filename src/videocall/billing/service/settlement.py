"""What the outcome of a payment changes, all inside of one transaction.

Whoever calls has locked the invoice first and then the payment: that is the order everywhere.
"""

from __future__ import annotations

from dataclasses import replace

from videocall.billing import events
from videocall.billing.interfaces.documents import DocumentMail
from videocall.billing.interfaces.settlement import SettlementWork
from videocall.billing.model.charges import ChargeState, ChargeStatus
from videocall.billing.model.documents import LetterKind, NewLetter
from videocall.billing.model.invoice import InvoiceId, InvoiceSource
from videocall.billing.model.payments import Payment, PaymentState, Purpose, way
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.model.wallet import Reference
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.refunding import RefundBook
from videocall.billing.service.selling import Selling
from videocall.billing.service.wallet_book import WalletBook
from videocall.core.clock import Clock
from videocall.core.money import Money

_PAYABLE = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})


class Settlement:
    """Payments applied to invoices and wallets."""

    def __init__(
        self,
        invoice_book: InvoiceBook,
        wallet_book: WalletBook,
        refund_book: RefundBook,
        selling: Selling,
        mail: DocumentMail,
        clock: Clock,
    ) -> None:
        self._invoice_book = invoice_book
        self._wallet_book = wallet_book
        self._refund_book = refund_book
        self._selling = selling
        self._mail = mail
        self._clock = clock

    async def apply(self, work: SettlementWork, payment: Payment, charge: ChargeState) -> Payment:
        """Move a payment to what the provider says; the caller writes it afterwards.

        What a payment brings beyond what is due goes back by itself: refunds are written here.
        """
        after = replace(
            payment,
            provider_reference=charge.provider_reference or payment.provider_reference,
            next_action=charge.next_action if payment.state.is_open else payment.next_action,
        )
        for state in way(payment.state, charge.status):
            after = after.moved(state, self._clock.now())
            if state is PaymentState.SUCCEEDED:
                after = await self._arrived(work, after)
            elif state is PaymentState.DISPUTED:
                after = await self._taken_back(work, after)
            elif state is PaymentState.FAILED:
                after = replace(after, failure=charge.failure)
            told = [events.payment_moved(after)]
            work.events.append(events.payment_stream(after.id), None, told, None)
        if charge.status is ChargeStatus.DISPUTE_LOST:
            after = replace(after, failure=charge.failure)
        return after

    async def spend(self, work: SettlementWork, payment: Payment) -> Payment:
        """Pay from the wallet at once; raises InsufficientFunds."""
        reference = Reference("invoice", payment.invoice_id or "", once=f"payment:{payment.id}")
        customer = payment.customer_id
        await self._wallet_book.spend(work, customer, payment.amount, reference, customer)
        paid = await self._arrived(work, payment.moved(PaymentState.SUCCEEDED, self._clock.now()))
        told = [events.payment_moved(paid)]
        work.events.append(events.payment_stream(paid.id), None, told, payment.customer_id)
        return paid

    async def _arrived(self, work: SettlementWork, payment: Payment) -> Payment:
        if payment.purpose is Purpose.TOP_UP:
            return await self._filled(work, payment)
        payment = await self._settled(work, payment)
        if payment.loose.minor:
            return await self._refund_book.give_back_excess(work, payment)
        return payment

    async def _filled(self, work: SettlementWork, payment: Payment) -> Payment:
        if payment.loose.minor:
            await self._wallet_book.top_up(
                work, payment.customer_id, payment.loose, _reference(payment), None
            )
            key = f"receipt:{payment.id}"
            receipt = NewLetter(key, LetterKind.RECEIPT, payment.id, payment.customer_id)
            await self._mail.write(work, receipt)
        return replace(payment, applied=payment.amount - payment.refunded)

    async def _settled(self, work: SettlementWork, payment: Payment) -> Payment:
        invoice_id = InvoiceId(payment.invoice_id or "")
        invoice = await work.invoices.lock(invoice_id)
        if invoice is None or invoice.status not in _PAYABLE:
            return payment
        part = min(payment.loose.minor, invoice.standing.due.minor)
        if part == 0:
            return payment
        amount = Money(part, payment.amount.currency)
        settled = await self._invoice_book.settle(work, invoice_id, amount, payment.id, None)
        await self._selling.changed(work, settled)
        if settled.status is InvoiceStatus.PAID and settled.head.source is InvoiceSource.CHECKOUT:
            # One written by hand was sent when it opened; what is bought comes when it is paid.
            key = f"invoice:{invoice_id}"
            bought = NewLetter(key, LetterKind.INVOICE, invoice_id, settled.customer_id)
            await self._mail.write(work, bought)
        return replace(payment, applied=payment.applied + amount)

    async def _taken_back(self, work: SettlementWork, payment: Payment) -> Payment:
        if payment.applied.minor == 0:
            return payment
        if payment.purpose is Purpose.TOP_UP:
            return await self._withdrawn(work, payment)
        reason = "The payment was disputed."
        await self._invoice_book.reverse(
            work, InvoiceId(payment.invoice_id or ""), payment.applied, payment.id, reason, None
        )
        return replace(payment, applied=Money(0, payment.amount.currency))

    async def _withdrawn(self, work: SettlementWork, payment: Payment) -> Payment:
        entry = await self._wallet_book.withdraw(
            work, payment.customer_id, payment.applied, _reference(payment)
        )
        missing = Money(entry.movement.missing, payment.amount.currency)
        after = replace(payment, applied=missing)
        if missing.minor:
            told = [events.withdrawal_short(after)]
            work.events.append(events.payment_stream(payment.id), None, told, None)
        return after


def _reference(payment: Payment) -> Reference:
    # A top-up that was disputed and won comes in twice: each move has a version of its own.
    once = f"payment:{payment.id}:{payment.version}"
    return Reference("top_up", payment.id, once=once)
