"""Turns a DocumentView into the words and lines that the template sets: all text, no rules."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from videocall.billing.model.documents import (
    DocumentKind,
    DocumentLine,
    DocumentTax,
    DocumentView,
    Logo,
    Mark,
    TaxLabel,
)
from videocall.billing.model.wording import (
    date_text,
    method_text,
    money_text,
    number_text,
    percent_text,
    words,
)

_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = 12
_ZERO_WIDTH_SPACE = "\u200b"


class Pair(msgspec.Struct, frozen=True):
    """A label and what stands beside it."""

    label: str
    value: str
    strong: bool = False


class Block(msgspec.Struct, frozen=True):
    """A title and lines below it."""

    title: str
    lines: list[str]


class Person(msgspec.Struct, frozen=True):
    """The seller, or the customer under a label."""

    name: str
    lines: list[str]
    label: str = ""


class Picture(msgspec.Struct, frozen=True):
    """The logo: SVG as text, PNG as numbers (the compiler's inputs are text)."""

    format: str
    text: str = ""
    bytes: list[int] = []


class Row(msgspec.Struct, frozen=True):
    """One line."""

    description: list[str]
    notes: list[str]
    quantity: str
    unit_price: str
    taxes: list[str]
    amount: str


class Day(msgspec.Struct, frozen=True):
    """A calendar day."""

    year: int
    month: int
    day: int


class Paper(msgspec.Struct, frozen=True):
    """What the template reads."""

    language: str
    title: str
    heading: str
    headline: str
    keywords: list[str]
    date: Day | None
    mark: str | None
    facts: list[Pair]
    seller: Person
    customer: Person
    columns: list[str]
    lines: list[Row]
    totals: list[Pair]
    remarks: list[Block]
    footer: str
    page: str
    logo: Picture | None


def paper_of(view: DocumentView) -> Paper:
    """Everything to set."""
    word = words(view.language)
    heading = word[view.kind.value]
    number = view.number or _reference(view)
    return Paper(
        language=view.language.value,
        title=f"{heading} {number}",
        heading=heading,
        headline=_headline(view),
        keywords=[heading, number],
        date=_day(view),
        mark=word[view.mark.value] if view.mark is not None else None,
        facts=_facts(view),
        seller=Person(_clean(view.seller.name), _seller_lines(view)),
        customer=Person(
            name=_clean(view.customer.name),
            lines=_lines(view.customer.name, view.customer.email),
            label=word["bill_to"],
        ),
        columns=[word[name] for name in ("description", "quantity", "unit_price", "tax", "amount")],
        lines=[_row(line, view) for line in view.lines],
        totals=_totals(view),
        remarks=_remarks(view),
        footer=_clean(" · ".join(filter(None, [number, view.seller.footer]))),
        page=word["page"],
        logo=_picture(view.seller.logo),
    )


def _reference(view: DocumentView) -> str:
    """What names a paper without a number."""
    if view.mark is Mark.DRAFT:
        return words(view.language)["draft"]
    return _clean(view.payment_reference) or view.id


def _headline(view: DocumentView) -> str:
    word = words(view.language)
    if view.mark is Mark.VOID:
        return word["headline_void"]
    total = money_text(view.total, view.language)
    if view.mark is Mark.DRAFT:
        return word["headline_draft"].format(amount=total)
    if view.kind is DocumentKind.CREDIT_NOTE:
        issued = _date(view, view.issued_at)
        return word["headline_credit"].format(amount=total, date=issued)
    if view.due is not None and view.due.minor > 0:
        due = money_text(view.due, view.language)
        if view.due_at is None:
            return word["headline_due_now"].format(amount=due)
        return word["headline_due"].format(amount=due, date=_date(view, view.due_at))
    if view.paid_at is not None:
        paid = money_text(view.paid if view.paid is not None else view.total, view.language)
        return word["headline_paid"].format(amount=paid, date=_date(view, view.paid_at))
    return word["headline_settled"]


def _facts(view: DocumentView) -> list[Pair]:
    word = words(view.language)
    facts = [
        ("number", view.number or ""),
        ("for_invoice", view.refers_to or ""),
        ("issued", _date(view, view.issued_at)),
        ("due_date", _date(view, view.due_at)),
        ("paid_date", _date(view, view.paid_at)),
        ("method", method_text(view.payment_method, view.language)),
        ("reference", view.payment_reference if view.payment_reference != view.number else ""),
    ]
    return [Pair(word[name], _clean(value)) for name, value in facts if value]


def _seller_lines(view: DocumentView) -> list[str]:
    word, seller = words(view.language), view.seller
    numbers = [
        f"{word[name]}: {value}"
        for name, value in (
            ("tax_number", seller.tax_number),
            ("registration_number", seller.registration_number),
        )
        if value
    ]
    return _lines(*seller.address, seller.phone, seller.email, seller.website, *numbers)


def _row(line: DocumentLine, view: DocumentView) -> Row:
    language = view.language
    word = words(language)
    notes = []
    if line.discount_percent is not None:
        notes.append(f"{word['discount']} {percent_text(line.discount_percent, language)}")
    if line.discount_amount is not None:
        notes.append(f"{word['discount']} {money_text(line.discount_amount, language)}")
    return Row(
        description=_lines(line.description),
        notes=notes,
        quantity="" if line.quantity is None else number_text(line.quantity, language),
        unit_price=money_text(line.unit_price, language),
        taxes=[_clean(_tax_name(tax, view)) for tax in line.taxes],
        amount=money_text(line.net, language),
    )


def _totals(view: DocumentView) -> list[Pair]:
    word, language = words(view.language), view.language
    if view.kind is DocumentKind.RECEIPT:
        return [Pair(word["paid"], money_text(view.total, language), strong=True)]
    rows = [Pair(word["subtotal"], money_text(view.subtotal, language))]
    rows += [
        Pair(
            _clean(f"{_tax_name(tax, view)} {word['on']} {money_text(tax.base, language)}"),
            money_text(tax.amount, language),
        )
        for tax in view.taxes
    ]
    rows.append(Pair(word["total"], money_text(view.total, language), strong=view.due is None))
    for name, amount in (
        ("paid", view.paid),
        ("credited", view.credited),
        ("refunded", view.refunded),
    ):
        if amount is not None and amount.minor:
            shown = amount if name == "refunded" else -amount
            rows.append(Pair(word[name], money_text(shown, language)))
    if view.due is not None:
        rows.append(Pair(word["due"], money_text(view.due, language), strong=True))
    return rows


def _remarks(view: DocumentView) -> list[Block]:
    word = words(view.language)
    blocks = []
    if view.reason:
        blocks.append(Block(word["reason"], _lines(view.reason)))
    if view.notes:
        blocks.append(Block(word["notes"], _lines(view.notes)))
    owes = view.due is not None and view.due.minor > 0 and view.mark is None
    if view.seller.bank_details and owes:
        reference = view.payment_reference or view.number or ""
        lines = _lines(view.seller.bank_details)
        if reference:
            lines.append(_clean(f"{word['reference']}: {reference}"))
        blocks.append(Block(word["pay_by_transfer"], lines))
    return blocks


def _tax_name(tax: TaxLabel | DocumentTax, view: DocumentView) -> str:
    included = f" ({words(view.language)['included']})" if tax.inclusive else ""
    return f"{tax.name} {percent_text(tax.rate, view.language)}{included}"


def _date(view: DocumentView, moment: datetime | None) -> str:
    return date_text(moment, view.language, view.time_zone) if moment is not None else ""


def _day(view: DocumentView) -> Day | None:
    if view.issued_at is None:
        return None
    local = view.issued_at.astimezone(ZoneInfo(view.time_zone))
    return Day(local.year, local.month, local.day)


def _picture(logo: Logo | None) -> Picture | None:
    if logo is None:
        return None
    if logo.media_type == "image/svg+xml":
        return Picture("svg", text=logo.data.decode("utf-8", errors="replace"))
    return Picture("png", bytes=list(logo.data))


def _lines(*texts: str) -> list[str]:
    """Each line of what was typed; empty ones are dropped."""
    found = (_clean(line) for text in texts for line in text.splitlines())
    return [line for line in found if line]


def _clean(text: str) -> str:
    """Without control characters; a word longer than a column may break anywhere."""
    visible = "".join(
        c if c.isprintable() or c in "\u200c\u200d\u200e\u200f" else " " for c in text
    )
    return _LONG_WORD.sub(_breakable, visible.strip())


def _breakable(match: re.Match[str]) -> str:
    word = match[0]
    return _ZERO_WIDTH_SPACE.join(word[i : i + _PIECE] for i in range(0, len(word), _PIECE))
