"""Invoices: who may see, write, open, void and send them, and what surrounds that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from msgspec import UNSET

from videocall.billing import events
from videocall.billing.errors import InvoiceNotDraft, InvoiceNotFound, InvoiceNotOpen
from videocall.billing.interfaces.documents import DocumentMail, LetterRows
from videocall.billing.interfaces.invoices import (
    InvoiceChange,
    InvoiceFilter,
    InvoiceHeadView,
    InvoiceOrder,
    InvoiceView,
    ListedInvoice,
    Scope,
)
from videocall.billing.interfaces.settlement import SettlementWork
from videocall.billing.interfaces.stock_keeping import StockKeeping
from videocall.billing.model.credit_note import CreditNoteHead
from videocall.billing.model.documents import LetterKind, NewLetter
from videocall.billing.model.invoice import (
    Invoice,
    InvoiceHead,
    InvoiceId,
    InvoiceSource,
    NewInvoice,
)
from videocall.billing.model.standing import Action, InvoiceStatus
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.invoice_drafts import InvoiceDrafts
from videocall.core.access import Actor, UserId
from videocall.core.clock import Clock
from videocall.core.db.work import UnitsOfWork
from videocall.core.errors import FieldError, Forbidden, ValidationFailed
from videocall.core.idempotency import CommandId
from videocall.core.ids import Ids
from videocall.core.money import InvalidMoney
from videocall.core.paging import ListRequest, Page, Position, SortValue, list_page


class InvoiceWork(SettlementWork, Protocol):
    """A billing transaction, with the letters that tell of invoices."""

    @property
    def messages(self) -> LetterRows: ...


class Moved(Protocol):
    """What follows from a change of an invoice, inside of its transaction."""

    async def changed(self, work: SettlementWork, invoice: Invoice) -> None:
        """An invoice has moved: when it is paid now, what was sold by it is handed out."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else happens around invoices."""

    stock: StockKeeping
    moved: Moved
    mail: DocumentMail


class InvoiceService:
    """Invoices of all customers."""

    def __init__(
        self,
        units: UnitsOfWork[InvoiceWork],
        drafts: InvoiceDrafts,
        book: InvoiceBook,
        around: Surroundings,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._units = units
        self._drafts = drafts
        self._book = book
        self._around = around
        self._ids = ids
        self._clock = clock

    async def preview(self, actor: Actor, order: InvoiceOrder) -> InvoiceView:
        if order.customer_id is None and order.customer_email is None:
            order = replace(order, customer_id=actor.user_id)  # prices are the same for everybody
        draft = await self._read(actor, order)
        invoice = self._priced(draft, InvoiceId(self._ids.new()), actor)
        return self._view(actor, invoice, ())

    async def create(self, actor: Actor, order: InvoiceOrder, command: CommandId) -> InvoiceView:
        draft, invoice_id = await self._read(actor, order), InvoiceId(command)
        self._priced(draft, invoice_id, actor)
        async with self._units.write() as work:
            invoice = await self._book.new(work, draft, invoice_id, actor.user_id)
        return self._view(actor, invoice, ())

    async def get(self, actor: Actor, invoice_id: InvoiceId) -> InvoiceView:
        async with self._units.read() as work:
            invoice = await _seen(work, actor, invoice_id)
            notes = await work.credit_notes.of_invoice(invoice_id)
        return self._view(actor, invoice, notes)

    async def list_invoices(
        self, actor: Actor, wanted: InvoiceFilter, request: ListRequest
    ) -> Page[InvoiceHeadView]:
        scope = _scope(actor, wanted.scope)
        async with self._units.read() as work:
            found = await work.invoices.listed(
                wanted,
                request,
                customer_id=actor.user_id if scope is Scope.OWN else None,
                host_id=actor.user_id if scope is Scope.MANAGED else None,
                now=self._clock.now(),
            )
        page = list_page(found, [_position(item.head, request) for item in found], request)
        views = [self._head_view(actor, item) for item in page.items]
        return Page(views, page.next_cursor, page.page)

    async def change(
        self, actor: Actor, invoice_id: InvoiceId, change: InvoiceChange
    ) -> InvoiceView:
        async with self._units.read() as work:
            before = await _managed(work, actor, invoice_id)
        if before.status is not InvoiceStatus.DRAFT:
            raise InvoiceNotDraft
        draft = await self._changed(actor, before, change)
        self._priced(draft, invoice_id, actor)
        async with self._units.write() as work:
            await self._book.rewrite(work, draft, invoice_id, actor.user_id)
        return await self.get(actor, invoice_id)

    async def delete(self, actor: Actor, invoice_id: InvoiceId) -> None:
        async with self._units.write() as work:
            await _managed(work, actor, invoice_id)
            invoice = await work.invoices.lock(invoice_id)
            if invoice is None:
                raise InvoiceNotFound
            if invoice.status is not InvoiceStatus.DRAFT:
                raise InvoiceNotDraft
            await work.invoices.delete(invoice_id)
            told = [events.invoice_deleted(invoice_id)]
            work.events.append(events.invoice_stream(invoice_id), None, told, actor.user_id)

    async def open(self, actor: Actor, invoice_id: InvoiceId) -> InvoiceView:
        async with self._units.read() as work:
            before = await _managed(work, actor, invoice_id)
        if before.status is InvoiceStatus.DRAFT:
            await self._open(actor, before)
        else:
            if before.status is not InvoiceStatus.OPEN:
                before.standing.moved(Action.OPEN)
            # A repeat after a crash: the goods may not be taken yet.
            await self._around.stock.after_open(before)
        return await self.get(actor, invoice_id)

    async def void(self, actor: Actor, invoice_id: InvoiceId, reason: str) -> InvoiceView:
        async with self._units.write() as work:
            before = await _managed(work, actor, invoice_id)
            if before.status is not InvoiceStatus.VOID:
                await self._book.void(work, invoice_id, reason.strip(), actor.user_id)
                if before.head.source is InvoiceSource.CHECKOUT:
                    await work.checkouts.wake(invoice_id, self._clock.now())
        await self._around.stock.after_void(before)
        return await self.get(actor, invoice_id)

    async def write_off(self, actor: Actor, invoice_id: InvoiceId, reason: str) -> InvoiceView:
        async with self._units.write() as work:
            await _managed(work, actor, invoice_id)
            await self._book.write_off(work, invoice_id, reason.strip(), actor.user_id)
        return await self.get(actor, invoice_id)

    async def send(self, actor: Actor, invoice_id: InvoiceId, command: CommandId) -> None:
        async with self._units.write() as work:
            invoice = await _managed(work, actor, invoice_id)
            if invoice.status is InvoiceStatus.DRAFT:
                raise InvoiceNotOpen("A draft is not sent. Open it first.")
            letter = _letter(invoice.head, f"send:{command}", LetterKind.INVOICE)
            await self._around.mail.write(work, letter)

    async def remind(self, actor: Actor, invoice_id: InvoiceId, command: CommandId) -> None:
        async with self._units.write() as work:
            invoice = await _managed(work, actor, invoice_id)
            if invoice.status is not InvoiceStatus.OPEN:
                raise InvoiceNotOpen("Only an open invoice is reminded of.")
            step = max(1, await work.invoices.reminders(invoice_id))
            letter = _letter(invoice.head, f"remind:{command}", LetterKind.REMINDER, step)
            await self._around.mail.write(work, letter)

    async def _open(self, actor: Actor, draft: Invoice) -> None:
        customer = await self._drafts.customer(draft.customer_id)
        await self._around.stock.before_open(draft)
        async with self._units.write() as work:
            now = await work.invoices.lock(draft.id)
            if now is None:
                raise InvoiceNotFound
            if now.lines != draft.lines:
                words = "The draft was changed at the same moment. Look at it and open it again."
                raise InvoiceNotDraft(words)
            if now.status is not InvoiceStatus.OPEN:
                now = await self._book.open(work, draft.id, actor.user_id, customer=customer)
                await self._around.moved.changed(work, now)
                letter = _letter(now.head, f"invoice:{draft.id}", LetterKind.INVOICE)
                await self._around.mail.write(work, letter)
        await self._around.stock.after_open(now)

    async def _read(self, actor: Actor, order: InvoiceOrder) -> NewInvoice:
        if not actor.may_host:
            raise Forbidden("Only hosts and administrators write invoices.")
        async with self._units.read() as work:
            taxes = await work.taxes.active()
        return await self._drafts.read(actor, order, taxes)

    async def _changed(self, actor: Actor, before: Invoice, change: InvoiceChange) -> NewInvoice:
        head = before.head
        named = change.customer_id is not None or change.customer_email is not None
        order = InvoiceOrder(
            customer_id=change.customer_id if named else head.customer.id,
            customer_email=change.customer_email,
            lines=change.lines if change.lines is not None else (),
            currency=head.currency,
            language=change.language or head.language,
            notes=head.notes if change.notes is None else change.notes,
            due_days=head.due_days if change.due_days is UNSET else change.due_days,
        )
        if change.lines is not None:
            return await self._read(actor, order)
        kept = tuple(line.item for line in before.lines)
        return await self._drafts.read_head(order, kept)

    def _priced(self, draft: NewInvoice, invoice_id: InvoiceId, actor: Actor) -> Invoice:
        try:
            return self._book.priced(draft, invoice_id, actor.user_id)
        except InvalidMoney as error:
            wrong = FieldError("lines", "out_of_range", "The total is too large.")
            raise ValidationFailed(fields=[wrong]) from error

    def _view(self, actor: Actor, invoice: Invoice, notes: Sequence[CreditNoteHead]) -> InvoiceView:
        return InvoiceView(
            invoice,
            notes,
            overdue=invoice.head.is_overdue(self._clock.now()),
            can_manage=invoice.is_managed_by(actor),
            can_pay=_can_pay(actor, invoice.head),
            shows_email=actor.may_host,
        )

    def _head_view(self, actor: Actor, item: ListedInvoice) -> InvoiceHeadView:
        return InvoiceHeadView(
            item.head,
            overdue=item.head.is_overdue(self._clock.now()),
            can_manage=actor.is_admin or item.is_managed,
            can_pay=_can_pay(actor, item.head),
            shows_email=actor.may_host,
        )


def _can_pay(actor: Actor, head: InvoiceHead) -> bool:
    is_payable = head.status in (InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE)
    return is_payable and (actor.is_admin or head.customer.id == actor.user_id)


def _scope(actor: Actor, wanted: Scope | None) -> Scope:
    if actor.is_admin:
        return wanted or Scope.ALL
    if wanted is Scope.ALL:
        raise Forbidden("Only administrators see all invoices.")
    if actor.may_host:
        return wanted or Scope.MANAGED
    if wanted is Scope.MANAGED:
        raise Forbidden("Only hosts sell.")
    return Scope.OWN


def _position(head: InvoiceHead, request: ListRequest) -> Position:
    values: dict[str, SortValue | None] = {
        "-issued_at": head.issued_at or head.created_at,
        "due_at": head.due_at,
        "-number": head.number_text(),
    }
    return Position(values.get(request.sort.name), head.id)


def _letter(head: InvoiceHead, key: str, kind: LetterKind, step: int = 0) -> NewLetter:
    return NewLetter(key, kind, head.id, UserId(head.customer.id), step)


async def _seen(work: InvoiceWork, actor: Actor, invoice_id: InvoiceId) -> Invoice:
    invoice = await work.invoices.get(invoice_id)
    if invoice is None or not invoice.is_seen_by(actor):
        raise InvoiceNotFound
    return invoice


async def _managed(work: InvoiceWork, actor: Actor, invoice_id: InvoiceId) -> Invoice:
    invoice = await _seen(work, actor, invoice_id)
    if not invoice.is_managed_by(actor):
        raise Forbidden("Only who wrote it and administrators may do this.")
    return invoice
