"""Credit notes: who may see and issue them; the books do the rest."""

from __future__ import annotations

from videocall.billing.errors import CreditNoteNotFound, InvoiceNotFound
from videocall.billing.interfaces.credit_notes import (
    CreditNoteFilter,
    CreditNoteHeadView,
    CreditNoteView,
    CreditOrder,
)
from videocall.billing.interfaces.documents import DocumentMail
from videocall.billing.model.credit_note import CreditNote, CreditNoteId, NewCredit
from videocall.billing.model.documents import LetterKind, NewLetter
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.service.crediting import CreditBook, Credited, CreditFollowUp
from videocall.billing.service.invoices import InvoiceWork
from videocall.core.access import Actor
from videocall.core.db.work import UnitsOfWork
from videocall.core.errors import FieldError, Forbidden, ValidationFailed
from videocall.core.idempotency import CommandId
from videocall.core.money import InvalidMoney, Money
from videocall.core.paging import ListRequest, Page, Position, list_page


class CreditNoteService:
    """Credit notes of all customers."""

    def __init__(
        self,
        units: UnitsOfWork[InvoiceWork],
        book: CreditBook,
        follow_up: CreditFollowUp,
        mail: DocumentMail,
    ) -> None:
        self._units = units
        self._book = book
        self._follow_up = follow_up
        self._mail = mail

    async def issue(
        self, actor: Actor, invoice_id: InvoiceId, order: CreditOrder, command: CommandId
    ) -> CreditNoteView:
        note_id = CreditNoteId(command)
        async with self._units.write() as work:
            invoice = await work.invoices.get(invoice_id)
            if invoice is None or not invoice.is_seen_by(actor):
                raise InvoiceNotFound
            if not invoice.is_managed_by(actor):
                raise Forbidden("Only who wrote the invoice and administrators credit it.")
            credit = _credit(order, invoice.head.currency)
            done: Credited = await self._book.credit(
                work, invoice_id, credit, note_id, actor.user_id
            )
            letter = NewLetter(
                f"credit_note:{note_id}", LetterKind.CREDIT_NOTE, note_id, invoice.customer_id
            )
            await self._mail.write(work, letter)
        await self._follow_up.run(done)
        return await self.get(actor, note_id)

    async def get(self, actor: Actor, credit_note_id: CreditNoteId) -> CreditNoteView:
        async with self._units.read() as work:
            note = await work.credit_notes.get(credit_note_id)
            if note is None or not await _sees(work, actor, note):
                raise CreditNoteNotFound
            refunds = await work.refunds.of_credit_notes([credit_note_id])
        return CreditNoteView(note, refunds.get(credit_note_id, ()), shows_email=actor.may_host)

    async def list_credit_notes(
        self, actor: Actor, wanted: CreditNoteFilter, request: ListRequest
    ) -> Page[CreditNoteHeadView]:
        is_host = actor.may_host and not actor.is_admin
        async with self._units.read() as work:
            found = await work.credit_notes.listed(
                wanted,
                request,
                customer_id=None if actor.may_host else actor.user_id,
                host_id=actor.user_id if is_host else None,
            )
        page = list_page(found, [Position(None, item.id) for item in found], request)
        views = [CreditNoteHeadView(item, shows_email=actor.may_host) for item in page.items]
        return Page(views, page.next_cursor, page.page)


async def _sees(work: InvoiceWork, actor: Actor, note: CreditNote) -> bool:
    invoice = await work.invoices.get(note.invoice_id)
    return invoice is not None and invoice.is_seen_by(actor)


def _credit(order: CreditOrder, currency: str) -> NewCredit:
    wrong = []
    if order.lines and order.amount is not None:
        wrong.append(FieldError("amount", "conflict", "Give lines or an amount, not both."))
    if not order.reason:
        wrong.append(FieldError("reason", "too_short", "Say why: it stands on the credit note."))
    for place, line in enumerate(order.lines):
        if not line.quantity.is_finite() or line.quantity != round(line.quantity, 3):
            words = "A number with at most 3 decimals."
            wrong.append(FieldError(f"lines[{place}].quantity", "too_precise", words))
    amount: Money | None = None
    if order.amount is not None:
        try:
            amount = Money.parse(order.amount, currency)
        except InvalidMoney as error:
            wrong.append(FieldError("amount", "format", f"{str(error)[:150]}."))
        else:
            if amount.minor <= 0:
                wrong.append(FieldError("amount", "out_of_range", "This is more than 0."))
    if wrong:
        raise ValidationFailed(fields=wrong)
    return NewCredit(
        reason=order.reason,
        lines=tuple(order.lines),
        amount=amount,
        refund=order.refund,
        return_to_stock=order.return_to_stock,
    )
