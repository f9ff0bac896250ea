"""Between invoices and the rows that keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping

from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    AmountOff,
    CustomerDetails,
    Discount,
    Invoice,
    InvoiceHead,
    InvoiceId,
    InvoiceLine,
    InvoiceSource,
    LineId,
    LineKind,
    NewLine,
    PercentOff,
)
from videocall.billing.model.numbering import Number
from videocall.billing.model.standing import InvoiceStatus, Standing
from videocall.billing.model.tax import Share, TaxId, TaxRate
from videocall.core.access import UserId
from videocall.core.money import Money

THOUSANDTHS = 1000
_PERCENT = 10_000  # parts per million of a percent

Row = dict[str, object]


def head_row(head: InvoiceHead) -> Row:
    """The columns of an invoice but those of its reminders."""
    standing = head.standing
    return {
        "id": head.id,
        "status": standing.status.value,
        "number": head.number_text(),
        "number_year": head.number.year if head.number else None,
        "number_count": head.number.count if head.number else None,
        "customer_id": head.customer.id,
        "customer_name": head.customer.name,
        "customer_email": head.customer.email,
        "currency": head.currency,
        "language": head.language.value,
        "notes": head.notes,
        "source": head.source.value,
        "checkout_id": head.checkout_id,
        "due_days": head.due_days,
        "subtotal": head.subtotal.minor,
        "tax_total": head.tax_total.minor,
        "total": standing.total.minor,
        "paid": standing.paid.minor,
        "credited": standing.credited.minor,
        "refunded": standing.refunded.minor,
        "seller_id": head.seller_id,
        "created_by": head.created_by,
        "created_at": head.created_at,
        "dated_at": head.issued_at or head.created_at,
        "issued_at": head.issued_at,
        "due_at": head.due_at,
        "paid_at": head.paid_at,
        "voided_at": head.voided_at,
        "status_reason": head.status_reason,
    }


def host_rows(invoice: Invoice) -> list[Row]:
    """The copies for everybody who sells on it or drafted it."""
    owners = {line.item.host_id for line in invoice.lines}
    people = {host for host in owners if host is not None}
    creator = invoice.head.created_by if invoice.head.source is InvoiceSource.MANUAL else None
    if creator is not None:
        people.add(creator)
    head = head_row(invoice.head)
    return [
        {"host_id": person, "manages": person == creator or owners == {person}, **head}
        for person in sorted(people)
    ]


def line_rows(invoice: Invoice) -> tuple[list[Row], list[Row]]:
    """The rows of lines, and those of their taxes."""
    lines: list[Row] = []
    taxes: list[Row] = []
    for position, line in enumerate(invoice.lines):
        item, off = line.item, line.item.discount
        lines.append(
            {
                "id": line.id,
                "invoice_id": invoice.id,
                "position": position,
                "product_id": item.product_id,
                "kind": item.kind.value if item.kind else None,
                "minutes": item.minutes,
                "host_id": item.host_id,
                "description": item.description,
                "quantity": int(item.quantity * THOUSANDTHS),
                "unit_price": item.unit_price.minor,
                "percent_off": int(off.percent * _PERCENT) if isinstance(off, PercentOff) else None,
                "amount_off": off.amount.minor if isinstance(off, AmountOff) else None,
                "net": line.share.net.minor,
            }
        )
        for place, (tax, part) in enumerate(zip(item.taxes, line.share.taxes, strict=True)):
            taxes.append(
                {
                    "line_id": line.id,
                    "position": place,
                    "tax_id": tax.tax_id,
                    "name": tax.name,
                    "rate": tax.parts,
                    "inclusive": tax.inclusive,
                    "amount": part.minor,
                }
            )
    return lines, taxes


def read_head(row: RowMapping) -> InvoiceHead:
    """An invoice without its lines."""

    def money(name: str) -> Money:
        return Money(row[name], row["currency"])

    number = (
        Number(row["number_year"], row["number_count"], row["number"]) if row["number"] else None
    )
    return InvoiceHead(
        id=InvoiceId(row["id"]),
        standing=Standing(
            InvoiceStatus(row["status"]),
            money("total"),
            money("paid"),
            money("credited"),
            money("refunded"),
        ),
        customer=CustomerDetails(
            UserId(row["customer_id"]), row["customer_name"], row["customer_email"]
        ),
        currency=row["currency"],
        language=DocumentLanguage(row["language"]),
        subtotal=money("subtotal"),
        tax_total=money("tax_total"),
        notes=row["notes"],
        source=InvoiceSource(row["source"]),
        checkout_id=row["checkout_id"],
        due_days=row["due_days"],
        created_by=UserId(row["created_by"]) if row["created_by"] else None,
        created_at=row["created_at"],
        number=number,
        seller_id=row["seller_id"],
        issued_at=row["issued_at"],
        due_at=row["due_at"],
        paid_at=row["paid_at"],
        voided_at=row["voided_at"],
        status_reason=row["status_reason"],
    )


def read_line(row: RowMapping, taxes: Sequence[RowMapping], currency: str) -> InvoiceLine:
    """A line with its taxes, which are in their order."""
    item = NewLine(
        description=row["description"],
        quantity=quantity_of(row["quantity"]),
        unit_price=Money(row["unit_price"], currency),
        taxes=tuple(read_tax(tax) for tax in taxes),
        discount=_discount(row, currency),
        product_id=row["product_id"],
        kind=LineKind(row["kind"]) if row["kind"] else None,
        minutes=row["minutes"],
        host_id=UserId(row["host_id"]) if row["host_id"] else None,
    )
    share = Share(
        Money(row["net"], currency), tuple(Money(tax["amount"], currency) for tax in taxes)
    )
    return InvoiceLine(LineId(row["id"]), item, share)


def read_tax(row: RowMapping) -> TaxRate:
    """A tax as a line carries it."""
    rate = Decimal(row["rate"]) / _PERCENT
    return TaxRate(TaxId(row["tax_id"]), row["name"], rate, row["inclusive"])


def by_line(rows: Iterable[RowMapping]) -> Mapping[str, list[RowMapping]]:
    """Taxes by their lines."""
    found: dict[str, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["line_id"], []).append(row)
    return found


def quantity_of(thousandths: int) -> Decimal:
    """A quantity without zeros at its end."""
    whole, rest = divmod(thousandths, THOUSANDTHS)
    return Decimal(whole) if rest == 0 else (Decimal(thousandths) / THOUSANDTHS).normalize()


def _discount(row: RowMapping, currency: str) -> Discount | None:
    if row["percent_off"] is not None:
        return PercentOff(Decimal(row["percent_off"]) / _PERCENT)
    if row["amount_off"] is not None:
        return AmountOff(Money(row["amount_off"], currency))
    return None
