"""Credit notes with what follows from them: refunds, pieces that return, sales, minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videocall.billing.interfaces.settlement import SettlementWork
from videocall.billing.model.credit_note import CreditNote, CreditNoteId, NewCredit
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.refunds import Refund, RefundTarget
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.refunding import RefundBook, Refunding
from videocall.billing.service.selling import Selling
from videocall.billing.service.stock_keeping import InvoiceStock, returned_by
from videocall.core.access import UserId


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note and the refunds that are to be carried out for it."""

    note: CreditNote
    refunds: Sequence[Refund]


class CreditBook:
    """Credit notes inside a transaction; the invoice is locked."""

    def __init__(
        self,
        invoice_book: InvoiceBook,
        refund_book: RefundBook,
        selling: Selling,
        stock: InvoiceStock,
    ) -> None:
        self._invoice_book = invoice_book
        self._refund_book = refund_book
        self._stock = stock
        self.selling = selling

    async def credit(
        self,
        work: SettlementWork,
        invoice_id: InvoiceId,
        credit: NewCredit,
        credit_note_id: CreditNoteId,
        actor: UserId | None,
    ) -> Credited:
        """Issue a credit note and write down all that it causes; again it gives what there is.

        Raises what `InvoiceBook.credit` raises.
        """
        known = await work.credit_notes.get(credit_note_id)
        if known is not None:
            refunds = await work.refunds.of_credit_notes([credit_note_id])
            return Credited(known, refunds.get(credit_note_id, ()))
        note = await self._invoice_book.credit(work, invoice_id, credit, credit_note_id, actor)
        invoice = await work.invoices.lock(invoice_id)
        if invoice is None:
            raise LookupError(invoice_id)
        await self.selling.credited(work, invoice, note)
        await self.selling.changed(work, invoice)
        made: Sequence[Refund] = ()
        overpaid = invoice.standing.overpaid
        if credit.refund is not RefundTarget.NONE and overpaid.minor:
            made = await self._refund_book.give_back(
                work, invoice_id, overpaid, credit.refund, credit.reason, note.id
            )
        if credit.return_to_stock and (items := returned_by(note)):
            await self._stock.note_return(work, return_task(note), invoice_id, items)
        return Credited(note, made)


def return_task(note: CreditNote) -> str:
    """The name of what brings the pieces of a credit note back."""
    return f"return:{note.id}"


class CreditFollowUp:
    """What a credit note causes outside of its transaction; what fails is left to sweepers."""

    def __init__(self, refunding: Refunding, stock: InvoiceStock) -> None:
        self._refunding = refunding
        self._stock = stock

    async def run(self, credited: Credited) -> None:
        """Carry out refunds, bring pieces back."""
        await self._refunding.try_all(credited.refunds)
        if credited.note.return_to_stock:
            await self._stock.run(return_task(credited.note))
