"""Sales: a sold line of an invoice, as the host who sold it sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from videocall.core.access import UserId
from videocall.core.money import Money


@dataclass(frozen=True, slots=True)
class Sale:
    """A line with a product, of an invoice that was paid. ``id`` is the line's.

    ``credited`` is the net that credit notes took back.
    """

    id: str
    invoice_id: str
    product_id: str
    host_id: UserId
    customer_id: UserId
    description: str
    quantity: Decimal
    net: Money
    tax: Money
    credited: Money
    sold_at: datetime


@dataclass(frozen=True, slots=True)
class SalesFilter:
    """Which sales; None: any. Days are in UTC, both included."""

    host_id: UserId | None = None
    product_id: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SalesSum:
    """What was sold in a month, or of a product."""

    key: str
    name: str
    net: Money
    count: int


@dataclass(frozen=True, slots=True)
class SalesSummary:
    """What was sold in one currency; ``net`` before and ``credited`` of credit notes."""

    currency: str
    net: Money
    credited: Money
    count: int
    months: Sequence[SalesSum]
    products: Sequence[SalesSum]
