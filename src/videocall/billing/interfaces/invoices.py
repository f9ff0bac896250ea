"""Invoices: what the door offers, and what its services need from the database and others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from msgspec import UNSET, UnsetType

from videocall.billing.model.credit_note import CreditNoteHead
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    Invoice,
    InvoiceHead,
    InvoiceId,
)
from videocall.billing.model.numbering import SeriesKind
from videocall.billing.model.standing import InvoiceStatus
from videocall.core.access import Actor, UserId
from videocall.core.events.model import NewEvent
from videocall.core.idempotency import CommandId
from videocall.core.paging import ListRequest, Page, Sort

INVOICE_SORTS = (
    Sort("-created_at"),
    Sort("-issued_at", datetime),
    Sort("due_at", datetime),
)
"""Orders of the list; the default is first."""

BY_NUMBER = Sort("-number", str)
"""The order of what was found by the beginning of its number; there is no other then."""


class Scope(StrEnum):
    """Whose invoices: made out to me, those I sell on, or everybody's."""

    OWN = "own"
    MANAGED = "managed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices; None: any. Days are those of the issue, in UTC, both included."""

    scope: Scope | None = None
    status: InvoiceStatus | None = None
    overdue: bool | None = None
    customer_id: UserId | None = None
    number: str | None = None  # its beginning
    issued_from: date | None = None
    issued_to: date | None = None


def sorts_for(wanted: InvoiceFilter) -> Sequence[Sort]:
    """The orders of the list; the default, which is first, is the one that the filter is about."""
    if wanted.number is not None:
        return (BY_NUMBER,)
    name = "-created_at"
    if wanted.overdue:
        name = "due_at"
    elif wanted.issued_from is not None or wanted.issued_to is not None:
        name = "-issued_at"
    return sorted(INVOICE_SORTS, key=lambda sort: sort.name != name)


@dataclass(frozen=True, slots=True)
class LineOrder:
    """A line as somebody asks for it; what is None comes from the product."""

    product_id: str | None = None
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    percent_off: Decimal | None = None
    amount_off: Decimal | None = None
    tax_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class InvoiceOrder:
    """A draft as somebody asks for it."""

    customer_id: UserId | None
    customer_email: str | None
    lines: Sequence[LineOrder]
    currency: str | None = None
    language: DocumentLanguage | None = None
    notes: str = ""
    due_days: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """What to change of a draft; None leaves it (``due_days``: UNSET does)."""

    customer_id: UserId | None = None
    customer_email: str | None = None
    lines: Sequence[LineOrder] | None = None
    language: DocumentLanguage | None = None
    notes: str | None = None
    due_days: int | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class InvoiceHeadView:
    """An invoice of a list as one person sees it."""

    head: InvoiceHead
    overdue: bool
    can_manage: bool
    can_pay: bool
    shows_email: bool


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice as one person sees it."""

    invoice: Invoice
    credit_notes: Sequence[CreditNoteHead]
    overdue: bool
    can_manage: bool
    can_pay: bool
    shows_email: bool

    @property
    def head_view(self) -> InvoiceHeadView:
        """Without the lines."""
        return InvoiceHeadView(
            self.invoice.head, self.overdue, self.can_manage, self.can_pay, self.shows_email
        )


class Invoices(Protocol):
    """Invoices of all customers. What the actor may not see is InvoiceNotFound."""

    async def preview(self, actor: Actor, order: InvoiceOrder) -> InvoiceView:
        """What the draft would cost, nothing is written; raises as create."""
        ...

    async def create(self, actor: Actor, order: InvoiceOrder, command: CommandId) -> InvoiceView:
        """Write a draft; raises Forbidden, ValidationFailed."""
        ...

    async def get(self, actor: Actor, invoice_id: InvoiceId) -> InvoiceView: ...

    async def list_invoices(
        self, actor: Actor, wanted: InvoiceFilter, request: ListRequest
    ) -> Page[InvoiceHeadView]:
        """Customers see their own; hosts what they sell; administrators all; raises Forbidden."""
        ...

    async def change(
        self, actor: Actor, invoice_id: InvoiceId, change: InvoiceChange
    ) -> InvoiceView:
        """Change a draft; raises InvoiceNotDraft and as create."""
        ...

    async def delete(self, actor: Actor, invoice_id: InvoiceId) -> None:
        """Throw a draft away; raises InvoiceNotDraft."""
        ...

    async def open(self, actor: Actor, invoice_id: InvoiceId) -> InvoiceView:
        """Number it; an open one stays as it is.

        Raises InvoiceTransition, SellerIncomplete, NumberTaken and what the stock says of goods.
        """
        ...

    async def void(self, actor: Actor, invoice_id: InvoiceId, reason: str) -> InvoiceView:
        """Raises InvoiceTransition, InvoiceHasPayments."""
        ...

    async def write_off(self, actor: Actor, invoice_id: InvoiceId, reason: str) -> InvoiceView:
        """Nobody expects it to be paid; raises InvoiceTransition."""
        ...

    async def send(self, actor: Actor, invoice_id: InvoiceId, command: CommandId) -> None:
        """Send it by e-mail; raises InvoiceTransition for a draft."""
        ...

    async def remind(self, actor: Actor, invoice_id: InvoiceId, command: CommandId) -> None:
        """Send a reminder now; raises InvoiceNotOpen."""
        ...


@dataclass(frozen=True, slots=True)
class ListedInvoice:
    """An invoice of a list; ``is_managed`` by the host whose list it is."""

    head: InvoiceHead
    is_managed: bool


class InvoiceRepository(Protocol):
    """Invoices in the database."""

    async def add(self, invoice: Invoice) -> None: ...

    async def get(self, invoice_id: InvoiceId) -> Invoice | None: ...

    async def many(self, ids: Collection[InvoiceId]) -> Mapping[InvoiceId, Invoice]:
        """Those that exist."""
        ...

    async def lock(self, invoice_id: InvoiceId) -> Invoice | None:
        """As get, and nobody else changes it until the transaction ends."""
        ...

    async def put(self, head: InvoiceHead) -> None:
        """Write what is not in the lines; raises NumberTaken."""
        ...

    async def put_lines(self, invoice: Invoice) -> None:
        """Replace the lines of a draft."""
        ...

    async def delete(self, invoice_id: InvoiceId) -> None:
        """Of a draft."""
        ...

    async def listed(
        self,
        wanted: InvoiceFilter,
        request: ListRequest,
        *,
        customer_id: UserId | None,
        host_id: UserId | None,
        now: datetime,
    ) -> Sequence[ListedInvoice]:
        """One page, one more than the limit when there are more.

        Of this customer, or with lines or drafts of this host, or (both None) of all.
        """
        ...

    async def any_reminder_due(self, now: datetime) -> bool:
        """Whether there is something to remind of: asked often, and a read disturbs nobody."""
        ...

    async def due_reminders(self, now: datetime, limit: int) -> Sequence[InvoiceHead]:
        """Open invoices whose next reminder is due, locked; those others hold are skipped."""
        ...

    async def reminded(self, invoice_id: InvoiceId, count: int, next_at: datetime | None) -> None:
        """So many reminders were due; the next one is due then."""
        ...

    async def reminders(self, invoice_id: InvoiceId) -> int:
        """How many reminders were due so far."""
        ...


class SeriesRepository(Protocol):
    """Series of numbers."""

    async def next(self, kind: SeriesKind, year: int) -> int:
        """The next number of a series, which is held until the transaction ends: ask last."""
        ...


class EventAppender(Protocol):
    """The log of events, as far as books go."""

    def append(
        self,
        stream: str,
        expected_version: int | None,
        new: Sequence[NewEvent],
        actor: str | None,
    ) -> None: ...
