"""Invoices inside an open transaction: the one place that moves, numbers and credits them.

It calls no door and no network; who may do it and what surrounds it is for its callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from videocall.billing import events
from videocall.billing.errors import InvoiceNotDraft, InvoiceNotFound, SellerIncomplete
from videocall.billing.interfaces.credit_notes import CreditNoteRepository
from videocall.billing.interfaces.invoices import (
    EventAppender,
    InvoiceRepository,
    SeriesRepository,
)
from videocall.billing.interfaces.seller import SellerRepository
from videocall.billing.model.credit_note import (
    CreditNote,
    CreditNoteId,
    CreditNoteLine,
    NewCredit,
    Taken,
    left_of,
    taken_by,
)
from videocall.billing.model.invoice import (
    CustomerDetails,
    Invoice,
    InvoiceHead,
    InvoiceId,
    NewInvoice,
    priced_lines,
    totals_of,
)
from videocall.billing.model.numbering import Number, NumberFormat, SeriesKind, year_of
from videocall.billing.model.seller import SellerSnapshot
from videocall.billing.model.standing import Action, InvoiceStatus, Standing
from videocall.core.access import UserId
from videocall.core.clock import Clock
from videocall.core.events.model import NewEvent
from videocall.core.ids import Ids
from videocall.core.money import Money


class InvoiceBookWork(Protocol):
    """A billing transaction, as far as invoices go."""

    @property
    def invoices(self) -> InvoiceRepository: ...

    @property
    def credit_notes(self) -> CreditNoteRepository: ...

    @property
    def series(self) -> SeriesRepository: ...

    @property
    def seller(self) -> SellerRepository: ...

    @property
    def events(self) -> EventAppender: ...


class InvoiceBook:
    """Drafts, opens, settles, credits and voids invoices. ``actor`` None: the system itself."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock

    def priced(self, draft: NewInvoice, invoice_id: InvoiceId, actor: UserId | None) -> Invoice:
        """The draft with its totals; nothing is written."""
        lines = priced_lines([self._ids.new() for _ in draft.lines], draft.lines)
        totals = totals_of([line.share for line in lines], draft.currency)
        head = InvoiceHead(
            id=invoice_id,
            standing=Standing.draft(totals.total),
            customer=draft.customer,
            currency=draft.currency,
            language=draft.language,
            subtotal=totals.subtotal,
            tax_total=totals.tax_total,
            notes=draft.notes,
            source=draft.source,
            checkout_id=draft.checkout_id,
            due_days=draft.due_days,
            created_by=actor,
            created_at=self._clock.now(),
        )
        return Invoice(head, lines)

    async def new(
        self, work: InvoiceBookWork, draft: NewInvoice, invoice_id: InvoiceId, actor: UserId | None
    ) -> Invoice:
        """Write a draft; an invoice that has this id already is given back as it is."""
        known = await work.invoices.get(invoice_id)
        if known is not None:
            return known
        invoice = self.priced(draft, invoice_id, actor)
        await work.invoices.add(invoice)
        _tell(work, invoice_id, [events.invoice_drafted(invoice)], actor)
        return invoice

    async def rewrite(
        self, work: InvoiceBookWork, draft: NewInvoice, invoice_id: InvoiceId, actor: UserId | None
    ) -> Invoice:
        """Replace a draft; raises InvoiceNotFound, InvoiceNotDraft."""
        before = await _locked(work, invoice_id)
        if before.status is not InvoiceStatus.DRAFT:
            raise InvoiceNotDraft
        fresh = self.priced(draft, invoice_id, actor)
        head = replace(
            fresh.head, created_at=before.head.created_at, created_by=before.head.created_by
        )
        invoice = replace(fresh, head=head)
        await work.invoices.put(invoice.head)
        await work.invoices.put_lines(invoice)
        _tell(work, invoice_id, [events.invoice_changed(invoice)], actor)
        return invoice

    async def open(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        actor: UserId | None,
        due_at: datetime | None = None,
        customer: CustomerDetails | None = None,
    ) -> Invoice:
        """Number it for good, as the last step of the transaction but the events.

        ``due_at`` None: by the draft or the seller's terms. ``customer``: as they are named now.
        Where nothing is due, it is paid at once. Raises InvoiceNotFound, InvoiceTransition,
        SellerIncomplete, NumberTaken.
        """
        invoice = await _locked(work, invoice_id)
        standing = invoice.standing.moved(Action.OPEN)
        snapshot = await self._seller_of_document(work)
        now, seller = self._clock.now(), snapshot.seller
        days = seller.payment_terms_days if invoice.head.due_days is None else invoice.head.due_days
        head = replace(
            invoice.head,
            standing=standing,
            customer=customer or invoice.head.customer,
            seller_id=snapshot.id,
            issued_at=now,
            due_at=due_at or now + timedelta(days=days),
            paid_at=now if standing.status is InvoiceStatus.PAID else None,
        )
        if standing.status is InvoiceStatus.OPEN:
            await self._plan_reminder(work, head, seller.reminder_days, 0)
        number = await self._next_number(
            work, SeriesKind.INVOICE, seller.invoice_format, seller.time_zone
        )
        head = replace(head, number=number)
        await work.invoices.put(head)
        told = [events.invoice_opened(head)]
        if head.status is InvoiceStatus.PAID:
            told.append(events.invoice_paid(head))
        _tell(work, invoice_id, told, actor)
        return replace(invoice, head=head)

    async def settle(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        amount: Money,
        payment_id: str,
        actor: UserId | None,
    ) -> Invoice:
        """A payment arrived; paid when nothing is due. Raises InvoiceNotOpen, AmountTooHigh."""
        return await self._move(work, invoice_id, Action.SETTLE, amount, payment_id, actor)

    async def reverse(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        amount: Money,
        payment_id: str,
        reason: str,
        actor: UserId | None,
    ) -> Invoice:
        """A payment was taken back; a paid invoice is open again, as far as something is due.

        At most what was paid and not refunded: raises AmountTooHigh, InvoiceTransition.
        """
        return await self._move(work, invoice_id, Action.REVERSE, amount, payment_id, actor, reason)

    async def refund(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        amount: Money,
        refund_id: str,
        actor: UserId | None,
    ) -> Invoice:
        """Money went back to the customer, at most what is overpaid: raises AmountTooHigh."""
        return await self._move(work, invoice_id, Action.REFUND, amount, refund_id, actor)

    async def refund_returned(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        amount: Money,
        refund_id: str,
        actor: UserId | None,
    ) -> Invoice:
        """A refund came back from the customer's bank: raises AmountTooHigh."""
        return await self._move(work, invoice_id, Action.REFUND_RETURNED, amount, refund_id, actor)

    async def void(
        self, work: InvoiceBookWork, invoice_id: InvoiceId, reason: str, actor: UserId | None
    ) -> Invoice:
        """Nobody owes it; raises InvoiceTransition, InvoiceHasPayments."""
        return await self._move(work, invoice_id, Action.VOID, None, None, actor, reason)

    async def write_off(
        self, work: InvoiceBookWork, invoice_id: InvoiceId, reason: str, actor: UserId | None
    ) -> Invoice:
        """Nobody expects it to be paid; raises InvoiceTransition."""
        return await self._move(work, invoice_id, Action.WRITE_OFF, None, None, actor, reason)

    async def credit(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        credit: NewCredit,
        credit_note_id: CreditNoteId,
        actor: UserId | None,
    ) -> CreditNote:
        """Issue a credit note; a note that has this id already is given back as it is.

        Numbered as the last step but the events. Raises InvoiceNotFound, InvoiceTransition,
        AmountTooHigh, ValidationFailed, NumberTaken.
        """
        known = await work.credit_notes.get(credit_note_id)
        if known is not None:
            return known
        invoice = await _locked(work, invoice_id)
        credited = await work.credit_notes.lines_of_invoice(invoice_id)
        left = {
            line.id: left_of(line, [item for item in credited if item.line_id == line.id])
            for line in invoice.lines
        }
        taken = taken_by(credit, invoice.lines, left)
        total = totals_of([item.share for item in taken], invoice.head.currency).total
        await self._move(work, invoice_id, Action.CREDIT, total, credit_note_id, actor)
        note = await self._note(work, invoice, credit, credit_note_id, taken, actor)
        await work.credit_notes.add(note)
        stream = events.credit_note_stream(note.id)
        work.events.append(stream, None, [events.credit_note_issued(note)], actor)
        return note

    async def _note(
        self,
        work: InvoiceBookWork,
        invoice: Invoice,
        credit: NewCredit,
        credit_note_id: CreditNoteId,
        taken: Sequence[Taken],
        actor: UserId | None,
    ) -> CreditNote:
        snapshot = await self._seller_of_document(work)
        seller = snapshot.seller
        lines = tuple(_credit_line(self._ids.new(), item) for item in taken)
        totals = totals_of([line.share for line in lines], invoice.head.currency)
        return CreditNote(
            id=credit_note_id,
            invoice_id=invoice.id,
            invoice_number=invoice.head.number_text() or "",
            customer=invoice.head.customer,
            currency=invoice.head.currency,
            language=invoice.head.language,
            subtotal=totals.subtotal,
            tax_total=totals.tax_total,
            reason=credit.reason,
            refund=credit.refund,
            return_to_stock=credit.return_to_stock,
            seller_id=snapshot.id,
            created_by=actor,
            issued_at=self._clock.now(),
            lines=lines,
            number=await self._next_number(
                work, SeriesKind.CREDIT_NOTE, seller.credit_note_format, seller.time_zone
            ),
        )

    async def _move(
        self,
        work: InvoiceBookWork,
        invoice_id: InvoiceId,
        action: Action,
        amount: Money | None,
        cause: str | None,
        actor: UserId | None,
        reason: str | None = None,
    ) -> Invoice:
        invoice = await _locked(work, invoice_id)
        before = invoice.status
        standing, now = invoice.standing.moved(action, amount), self._clock.now()
        changed = standing.status is not before
        head = replace(
            invoice.head,
            standing=standing,
            paid_at=invoice.head.paid_at if not changed else _when(standing, now),
            voided_at=now if standing.status is InvoiceStatus.VOID else None,
            status_reason=invoice.head.status_reason if reason is None else reason,
        )
        await work.invoices.put(head)
        told = [events.invoice_moved(head, action, amount, cause)]
        if changed and standing.status is InvoiceStatus.PAID:
            told.append(events.invoice_paid(head))
        if changed and standing.status is InvoiceStatus.OPEN:
            told.append(events.invoice_reopened(head))
            days = (await work.seller.current()).seller.reminder_days
            count = await work.invoices.reminders(invoice_id)
            await self._plan_reminder(work, head, days, count)
        _tell(work, invoice_id, told, actor)
        return replace(invoice, head=head)

    async def _plan_reminder(
        self, work: InvoiceBookWork, head: InvoiceHead, days: Sequence[int], count: int
    ) -> None:
        next_at = next_reminder(head.due_at, days, count, self._clock.now())
        await work.invoices.reminded(head.id, count, next_at)

    async def _seller_of_document(self, work: InvoiceBookWork) -> SellerSnapshot:
        snapshot = await work.seller.current()
        if not snapshot.seller.is_complete:
            raise SellerIncomplete
        await work.seller.keep(snapshot)
        return snapshot

    async def _next_number(
        self, work: InvoiceBookWork, kind: SeriesKind, text: str, time_zone: str
    ) -> Number:
        year = year_of(self._clock.now(), time_zone)
        return NumberFormat(text).number(year, await work.series.next(kind, year))


def next_reminder(
    due_at: datetime | None, days: Sequence[int], count: int, now: datetime
) -> datetime | None:
    """When the reminder after ``count`` of them is due; None when there is no further one."""
    if due_at is None or count >= len(days):
        return None
    planned = due_at + timedelta(days=days[count])
    # Its day is over when a dispute opens an invoice again: its customer gets some days first.
    return planned if planned > now else now + timedelta(days=max(1, days[0]))


def _when(standing: Standing, now: datetime) -> datetime | None:
    return now if standing.status is InvoiceStatus.PAID else None


def _credit_line(line_id: str, taken: Taken) -> CreditNoteLine:
    item = taken.line.item
    return CreditNoteLine(
        id=line_id,
        line_id=taken.line.id,
        description=item.description,
        quantity=taken.quantity,
        unit_price=item.unit_price,
        taxes=item.taxes,
        share=taken.share,
        product_id=item.product_id,
    )


async def _locked(work: InvoiceBookWork, invoice_id: InvoiceId) -> Invoice:
    invoice = await work.invoices.lock(invoice_id)
    if invoice is None:
        raise InvoiceNotFound
    return invoice


def _tell(
    work: InvoiceBookWork, invoice_id: InvoiceId, told: Sequence[NewEvent], actor: UserId | None
) -> None:
    work.events.append(events.invoice_stream(invoice_id), None, told, actor)
