"""What follows when an invoice is paid or taken back: minutes, sales of hosts, its checkout.

All of it in the transaction of the change, and only once however often it is called.
"""

from __future__ import annotations

from collections.abc import Sequence

from videocall.billing.interfaces.settlement import SettlementWork
from videocall.billing.model.credit_note import CreditNote, CreditNoteLine
from videocall.billing.model.invoice import Invoice, InvoiceLine, InvoiceSource, LineKind
from videocall.billing.model.sales import Sale
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.model.wallet import Credit, Reference
from videocall.billing.service.wallet_book import WalletBook
from videocall.core.clock import Clock
from videocall.core.money import Money

_SECONDS = 60


class Selling:
    """Turns a paid invoice into what was sold by it."""

    def __init__(self, wallet_book: WalletBook, clock: Clock) -> None:
        self._wallet_book = wallet_book
        self._clock = clock

    async def changed(self, work: SettlementWork, invoice: Invoice) -> None:
        """An invoice has moved; nothing happens unless it is paid now."""
        if invoice.status is not InvoiceStatus.PAID:
            return
        if not await work.sales.has(invoice.id):
            credited = await work.credit_notes.lines_of_invoice(invoice.id)
            await work.sales.add(self._sales(invoice, credited))
            await self._add_minutes(work, invoice, credited)
        if invoice.head.source is InvoiceSource.CHECKOUT:
            await work.checkouts.wake(invoice.id, self._clock.now())

    async def credited(self, work: SettlementWork, invoice: Invoice, note: CreditNote) -> None:
        """A credit note was written: its part of each sale, and minutes that were not used."""
        if not await work.sales.has(invoice.id):
            return  # not paid yet: what is left of it is sold when it is
        lines = {line.id: line for line in invoice.lines}
        for item in note.lines:
            await work.sales.credit(item.line_id, item.share.net)
            line = lines[item.line_id]
            if line.item.kind is LineKind.MINUTES and item.quantity is not None:
                seconds = int((line.item.minutes or 0) * _SECONDS * item.quantity)
                await self._take_minutes(work, invoice, note, line, seconds)

    async def _add_minutes(
        self, work: SettlementWork, invoice: Invoice, credited: Sequence[CreditNoteLine]
    ) -> None:
        for line in invoice.lines:
            if line.item.kind is not LineKind.MINUTES or not line.item.minutes:
                continue
            quantity = line.item.quantity - sum(
                item.quantity or 0 for item in credited if item.line_id == line.id
            )
            seconds = int(line.item.minutes * _SECONDS * quantity)
            if not seconds:
                continue
            reference = Reference(
                "invoice", invoice.id, invoice.head.number_text(), once=f"minutes:{line.id}"
            )
            await self._wallet_book.credit_minutes(
                work, invoice.customer_id, seconds, reference, None
            )

    async def _take_minutes(
        self,
        work: SettlementWork,
        invoice: Invoice,
        note: CreditNote,
        line: InvoiceLine,
        seconds: int,
    ) -> None:
        reference = Reference(
            "credit_note", note.id, note.number.text, once=f"minutes:{note.id}:{line.id}"
        )
        await self._wallet_book.withdraw(
            work, invoice.customer_id, Credit.minutes(seconds), reference
        )

    def _sales(self, invoice: Invoice, credited: Sequence[CreditNoteLine]) -> list[Sale]:
        sold_at = invoice.head.paid_at or self._clock.now()
        return [
            Sale(
                id=line.id,
                invoice_id=invoice.id,
                product_id=line.item.product_id,
                host_id=line.item.host_id,
                customer_id=invoice.customer_id,
                description=line.item.description,
                quantity=line.item.quantity,
                net=line.share.net,
                tax=line.share.tax,
                credited=Money(
                    sum(item.share.net.minor for item in credited if item.line_id == line.id),
                    line.share.net.currency,
                ),
                sold_at=sold_at,
            )
            for line in invoice.lines
            if line.item.product_id is not None and line.item.host_id is not None
        ]
