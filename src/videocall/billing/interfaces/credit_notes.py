"""Credit notes: what the door offers, and what its services need from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from videocall.billing.model.credit_note import (
    CreditedLine,
    CreditNote,
    CreditNoteHead,
    CreditNoteId,
    CreditNoteLine,
)
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.refunds import Refund, RefundTarget
from videocall.core.access import Actor, UserId
from videocall.core.idempotency import CommandId
from videocall.core.paging import ListRequest, Page, Sort

CREDIT_NOTE_SORTS = (Sort("-created_at"),)
"""Orders of the list; the default is first."""


@dataclass(frozen=True, slots=True)
class CreditOrder:
    """A credit note as somebody asks for it; neither lines nor amount: all that is left."""

    reason: str
    lines: Sequence[CreditedLine] = ()
    amount: Decimal | None = None
    refund: RefundTarget = RefundTarget.ORIGINAL
    return_to_stock: bool = False


@dataclass(frozen=True, slots=True)
class CreditNoteFilter:
    """Which credit notes; None: any."""

    invoice_id: InvoiceId | None = None
    customer_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class CreditNoteView:
    """A credit note as one person sees it, with the money that goes back for it."""

    note: CreditNote
    refunds: Sequence[Refund]
    shows_email: bool


@dataclass(frozen=True, slots=True)
class CreditNoteHeadView:
    """A credit note of a list."""

    head: CreditNoteHead
    shows_email: bool


class CreditNotes(Protocol):
    """Credit notes. What the actor may not see is CreditNoteNotFound, or InvoiceNotFound."""

    async def issue(
        self, actor: Actor, invoice_id: InvoiceId, order: CreditOrder, command: CommandId
    ) -> CreditNoteView:
        """Take back a part or all of an invoice, and send the money back as asked.

        The same command again gives the same note. Raises InvoiceNotFound, Forbidden,
        InvoiceTransition, AmountTooHigh, ValidationFailed.
        """
        ...

    async def get(self, actor: Actor, credit_note_id: CreditNoteId) -> CreditNoteView: ...

    async def list_credit_notes(
        self, actor: Actor, wanted: CreditNoteFilter, request: ListRequest
    ) -> Page[CreditNoteHeadView]:
        """Customers see their own; hosts those of what they sell; administrators all."""
        ...


class CreditNoteRepository(Protocol):
    """Credit notes in the database."""

    async def add(self, note: CreditNote) -> None:
        """Write it; from then on the database refuses every change. Raises NumberTaken."""
        ...

    async def get(self, credit_note_id: CreditNoteId) -> CreditNote | None: ...

    async def lines_of_invoice(self, invoice_id: InvoiceId) -> Sequence[CreditNoteLine]:
        """The lines of all credit notes of an invoice."""
        ...

    async def of_invoice(self, invoice_id: InvoiceId) -> Sequence[CreditNoteHead]:
        """All credit notes of an invoice, oldest first."""
        ...

    async def of_invoices(
        self, ids: Collection[InvoiceId]
    ) -> Mapping[InvoiceId, Sequence[CreditNoteHead]]:
        """Those of each invoice that has some, oldest first."""
        ...

    async def listed(
        self,
        wanted: CreditNoteFilter,
        request: ListRequest,
        *,
        customer_id: UserId | None,
        host_id: UserId | None,
    ) -> Sequence[CreditNoteHead]:
        """One page, one more than the limit when there are more; as invoices are listed."""
        ...

    async def is_sold_by(self, credit_note_id: CreditNoteId, host_id: UserId) -> bool:
        """Whether a line of it is of a product of this host."""
        ...
