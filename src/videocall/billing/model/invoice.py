"""Invoices: what is drafted, what a line costs, and the invoice as it was issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, TypeAlias

from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.numbering import Number
from videocall.billing.model.standing import InvoiceStatus, Standing
from videocall.billing.model.tax import Priced, Share, TaxRate, TaxSum, shares, tax_sums
from videocall.core.access import Actor, UserId
from videocall.core.money import Money

InvoiceId = NewType("InvoiceId", str)
LineId = NewType("LineId", str)

QUANTITY_DECIMALS = 3
MAX_QUANTITY = 1_000_000
MAX_LINES = 200
MAX_TAXES_OF_A_LINE = 5


class LineKind(StrEnum):
    """What a line sells, where it is a product."""

    GOODS = "goods"
    SESSION = "session"
    MINUTES = "minutes"


class InvoiceSource(StrEnum):
    """Who made the invoice: a person, or a checkout."""

    MANUAL = "manual"
    CHECKOUT = "checkout"


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A discount in percent of the line."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class AmountOff:
    """A discount of an amount on the whole line."""

    amount: Money


Discount: TypeAlias = PercentOff | AmountOff


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who buys, as the invoice names them; a snapshot, so that it stays as it was issued."""

    id: UserId
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to write: all that the catalogue knows is copied into it."""

    description: str
    quantity: Decimal
    unit_price: Money
    taxes: tuple[TaxRate, ...] = ()
    discount: Discount | None = None
    product_id: str | None = None
    kind: LineKind | None = None
    minutes: int | None = None  # of one piece of a pack of minutes
    host_id: UserId | None = None  # whose product it is

    @property
    def amount(self) -> Money:
        """What the line costs as advertised; the discount is rounded half-up by itself."""
        whole = self.unit_price.times(self.quantity)
        if isinstance(self.discount, PercentOff):
            return whole - Money.rounded(
                whole.decimal * self.discount.percent / 100, whole.currency
            )
        if isinstance(self.discount, AmountOff):
            return whole - self.discount.amount
        return whole

    def with_discount(self, discount: Discount | None) -> NewLine:
        """The same line for less."""
        return replace(self, discount=discount)


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """A draft to write. ``due_days`` None: as the seller's terms say when it opens."""

    customer: CustomerDetails
    currency: str
    language: DocumentLanguage
    lines: tuple[NewLine, ...]
    notes: str = ""
    due_days: int | None = None
    source: InvoiceSource = InvoiceSource.MANUAL
    checkout_id: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line with its part of the whole. ``share`` has the taxes in the order of ``item.taxes``."""

    id: LineId
    item: NewLine
    share: Share


def priced_lines(ids: Sequence[str], lines: Sequence[NewLine]) -> tuple[InvoiceLine, ...]:
    """Lines with nets and taxes that add up to the invoice's totals."""
    parts = shares([Priced(line.amount, line.taxes) for line in lines])
    return tuple(
        InvoiceLine(LineId(line_id), line, part)
        for line_id, line, part in zip(ids, lines, parts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document costs."""

    subtotal: Money
    tax_total: Money

    @property
    def total(self) -> Money:
        """With all taxes."""
        return self.subtotal + self.tax_total


def totals_of(parts: Sequence[Share], currency: str) -> Totals:
    """The sums of lines."""
    return Totals(
        Money(sum(part.net.minor for part in parts), currency),
        Money(sum(part.tax.minor for part in parts), currency),
    )


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """An invoice without its lines, as lists show it."""

    id: InvoiceId
    standing: Standing
    customer: CustomerDetails
    currency: str
    language: DocumentLanguage
    subtotal: Money
    tax_total: Money
    notes: str
    source: InvoiceSource
    checkout_id: str | None
    due_days: int | None
    created_by: UserId | None
    created_at: datetime
    number: Number | None = None
    seller_id: str | None = None  # the seller's details as they were when it opened
    issued_at: datetime | None = None
    due_at: datetime | None = None
    paid_at: datetime | None = None
    voided_at: datetime | None = None
    status_reason: str = ""

    @property
    def status(self) -> InvoiceStatus:
        """Where it stands."""
        return self.standing.status

    @property
    def total(self) -> Money:
        """With all taxes."""
        return self.standing.total

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.standing.due

    def is_overdue(self, now: datetime) -> bool:
        """Open beyond its day; a state of the clock, not of the invoice."""
        return self.status is InvoiceStatus.OPEN and self.due_at is not None and self.due_at < now

    def number_text(self) -> str | None:
        """What the document shows."""
        return self.number.text if self.number else None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice with its lines."""

    head: InvoiceHead
    lines: tuple[InvoiceLine, ...]

    @property
    def id(self) -> InvoiceId:
        """Its id."""
        return self.head.id

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return self.head.standing

    @property
    def status(self) -> InvoiceStatus:
        """Where it stands, in a word."""
        return self.head.status

    @property
    def customer_id(self) -> UserId:
        """Who owes it."""
        return self.head.customer.id

    @property
    def taxes(self) -> tuple[TaxSum, ...]:
        """Each tax over all lines."""
        return tax_sums((line.item.taxes, line.share) for line in self.lines)

    @property
    def hosts(self) -> frozenset[UserId]:
        """Whose products are on it."""
        return frozenset(line.item.host_id for line in self.lines if line.item.host_id)

    def is_managed_by(self, actor: Actor) -> bool:
        """Administrators, who drafted it, and the host whose products all lines are."""
        if actor.is_admin:
            return True
        if not actor.may_host:
            return False
        owners = {line.item.host_id for line in self.lines}
        drafted = self.head.source is InvoiceSource.MANUAL and (
            self.head.created_by == actor.user_id
        )
        return drafted or owners == {actor.user_id}

    def is_seen_by(self, actor: Actor) -> bool:
        """Its customer (once it is issued), hosts with a line of theirs, and who manages it."""
        if self.is_managed_by(actor) or (actor.may_host and actor.user_id in self.hosts):
            return True
        return self.customer_id == actor.user_id and self.status is not InvoiceStatus.DRAFT
