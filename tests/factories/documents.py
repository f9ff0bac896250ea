"""Documents to render: a believable invoice that each test changes where it matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from videocall.billing.model.documents import (
    CustomerParty,
    DocumentKind,
    DocumentLanguage,
    DocumentLine,
    DocumentTax,
    DocumentView,
    Logo,
    SellerParty,
    TaxLabel,
)
from videocall.core.money import Money

ISSUED = datetime(2026, 11, 5, 8, 30, 12, 345678, tzinfo=UTC)
DUE = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)
SVG_LOGO = Logo(
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    b'<rect width="120" height="40" rx="8" fill="#1a56db"/></svg>',
)
SELLER = SellerParty(
    name="Cendana Learning",
    address=("Jl. Melati 12", "Bandung 40115", "Indonesia"),
    tax_number="01.234.567.8-901.000",
    registration_number="9120001234567",
    email="billing@cendana.example",
    phone="+62 22 555 0101",
    website="cendana.example",
    bank_details="Bank Sejahtera\nAccount 123 456 7890",
    footer="Thank you for learning with us.",
    logo=SVG_LOGO,
)
PPN = TaxLabel("PPN", Decimal(11), inclusive=False)


def usd(amount: str) -> Money:
    """An amount in the currency of these documents."""
    return Money.parse(amount, "USD")


def line(description: str = "Maths lesson", *, percent_off: str | None = None) -> DocumentLine:
    """One line of 40 dollars."""
    return DocumentLine(
        description=description,
        quantity=Decimal(1),
        unit_price=usd("40"),
        net=usd("36") if percent_off else usd("40"),
        discount_percent=Decimal(percent_off) if percent_off else None,
        taxes=(PPN,),
    )


def view(lines: int = 3, **changes: Any) -> DocumentView:
    """An open invoice with so many lines of 40 dollars and a tax of 11 percent."""
    subtotal = Money(4000 * lines, "USD")
    tax = subtotal.times(Decimal("0.11"))
    whole = DocumentView(
        kind=DocumentKind.INVOICE,
        id="0192f000-0000-7000-8000-000000000001",
        number="2026-00012",
        language=DocumentLanguage.ENGLISH,
        issued_at=ISSUED,
        seller=SELLER,
        customer=CustomerParty("Ayu Lestari", "ayu@example.com"),
        lines=tuple(line(f"Maths lesson {number}") for number in range(1, lines + 1)),
        taxes=(DocumentTax("PPN", Decimal(11), False, subtotal, tax),),
        subtotal=subtotal,
        tax_total=tax,
        total=subtotal + tax,
        paid=usd("0"),
        due=subtotal + tax,
        due_at=DUE,
    )
    return replace(whole, **changes)


def read(pdf: bytes) -> PdfReader:
    """The PDF, open."""
    return PdfReader(BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All text of a PDF, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())
