"""Invoices and their parts, with sensible values for all that a test does not care about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    CustomerDetails,
    InvoiceLine,
    NewInvoice,
    NewLine,
    priced_lines,
)
from videocall.billing.model.tax import TaxId, TaxRate
from videocall.core.access import UserId
from videocall.core.money import Money

ANA = CustomerDetails(UserId("ana"), "Ana", "ana@example.com")
_names = itertools.count(1)


def usd(text: str) -> Money:
    """Dollars."""
    return Money.parse(text, "USD")


def tax(rate: str, name: str = "VAT", *, inclusive: bool = False) -> TaxRate:
    """A tax of so many percent."""
    return TaxRate(TaxId(f"{name}-{rate}-{inclusive}"), name, Decimal(rate), inclusive)


def line(price: str, quantity: str = "1", *taxes: TaxRate, **more: object) -> NewLine:
    """A line to write."""
    fields = {"description": "Lesson", **more}
    return NewLine(
        quantity=Decimal(quantity),
        unit_price=usd(price),
        taxes=taxes,
        **fields,  # type: ignore[arg-type]
    )


def draft(*lines: NewLine, customer: CustomerDetails = ANA, **more: object) -> NewInvoice:
    """An invoice to write."""
    return NewInvoice(
        customer=customer,
        currency="USD",
        language=DocumentLanguage.ENGLISH,
        lines=lines or (line("10.00"),),
        **more,  # type: ignore[arg-type]
    )


def priced(*lines: NewLine) -> tuple[InvoiceLine, ...]:
    """Lines with their part of the whole."""
    return priced_lines([f"line-{next(_names)}" for _ in lines], lines)


def total(lines: Sequence[InvoiceLine]) -> Money:
    """What the lines cost with their taxes."""
    return Money(sum(item.share.gross.minor for item in lines), "USD")
