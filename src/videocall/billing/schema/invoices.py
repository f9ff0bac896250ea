"""Shapes of invoices."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from videocall.billing.interfaces.invoices import (
    InvoiceChange,
    InvoiceHeadView,
    InvoiceOrder,
    InvoiceView,
    LineOrder,
)
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    MAX_LINES,
    MAX_TAXES_OF_A_LINE,
    CustomerDetails,
    Discount,
    InvoiceLine,
    InvoiceSource,
    PercentOff,
)
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.model.tax import TaxRate, TaxSum
from videocall.billing.schema.rules import Rules
from videocall.billing.schema.seller import rate_text
from videocall.core.access import UserId
from videocall.core.errors import FieldError
from videocall.core.http.amounts import (
    WireAmount,
    WireDecimal,
    amount_errors,
    decimal_errors,
)

Notes = Annotated[str, Meta(max_length=2000)]
DueDays = Annotated[int, Meta(ge=0, le=365, description="Days from issue until it is due")]
Reason = Annotated[str, Meta(min_length=1, max_length=500, examples=["Ordered twice"])]


class CustomerBody(msgspec.Struct, frozen=True):
    """Who buys, as the invoice names them; `email` only for those who sell."""

    id: str
    name: str
    email: str | None

    @classmethod
    def of(cls, customer: CustomerDetails, *, shows_email: bool) -> CustomerBody:
        """The customer as this person may see them."""
        return cls(customer.id, customer.name, customer.email if shows_email else None)


class DiscountBody(msgspec.Struct, frozen=True):
    """A discount of a line: in percent, or an amount on the whole line; the other is null."""

    percent: str | None = None
    amount: str | None = None


class LineTaxBody(msgspec.Struct, frozen=True):
    """A tax of a line; `rate` in percent."""

    tax_id: str
    name: str
    rate: str
    inclusive: bool

    @classmethod
    def of(cls, tax: TaxRate) -> LineTaxBody:
        """The tax as the API shows it."""
        return cls(tax.tax_id, tax.name, rate_text(tax.rate), tax.inclusive)


class LineBody(msgspec.Struct, frozen=True):
    """A line; `net` is without tax, `tax` its part of the taxes. Both add up to the totals."""

    id: str
    product_id: str | None
    description: str
    quantity: str
    unit_price: str
    discount: DiscountBody | None
    taxes: list[LineTaxBody]
    net: str
    tax: str
    host_id: str | None

    @classmethod
    def of(cls, line: InvoiceLine) -> LineBody:
        """The line as the API shows it."""
        item = line.item
        return cls(
            id=line.id,
            product_id=item.product_id,
            description=item.description,
            quantity=f"{item.quantity.normalize():f}",
            unit_price=item.unit_price.to_wire(),
            discount=_discount(item.discount),
            taxes=[LineTaxBody.of(tax) for tax in item.taxes],
            net=line.share.net.to_wire(),
            tax=line.share.tax.to_wire(),
            host_id=item.host_id,
        )


class TaxSumBody(msgspec.Struct, frozen=True):
    """One tax over all lines."""

    name: str
    rate: str
    inclusive: bool
    base: str
    amount: str

    @classmethod
    def of(cls, tax: TaxSum) -> TaxSumBody:
        """The sum as the API shows it."""
        return cls(
            tax.tax.name,
            rate_text(tax.tax.rate),
            tax.tax.inclusive,
            tax.base.to_wire(),
            tax.amount.to_wire(),
        )


class IssuedCreditNoteBody(msgspec.Struct, frozen=True):
    """A credit note of an invoice."""

    id: str
    number: str
    total: str
    issued_at: datetime


class InvoiceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice without its lines; `paid` when nothing is due, by payments or credit notes."""

    id: str
    number: str | None
    status: InvoiceStatus
    overdue: bool
    currency: str
    language: DocumentLanguage
    customer: CustomerBody
    subtotal: str
    tax_total: str
    total: str
    paid: str
    credited: str
    refunded: str
    due: str
    notes: str
    source: InvoiceSource
    checkout_id: str | None
    created_at: datetime
    issued_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    voided_at: datetime | None
    can_manage: bool
    can_pay: bool

    @classmethod
    def of(cls, view: InvoiceHeadView) -> InvoiceSummary:
        """The invoice as this person sees it."""
        return cls(**_head_values(view))


class InvoiceBody(InvoiceSummary, frozen=True, kw_only=True):
    """An invoice."""

    lines: list[LineBody]
    taxes: list[TaxSumBody]
    credit_notes: list[IssuedCreditNoteBody]
    due_days: int | None
    reason: str

    @classmethod
    def full(cls, view: InvoiceView) -> InvoiceBody:
        """The invoice as this person sees it, with its lines."""
        invoice = view.invoice
        return cls(
            **_head_values(view.head_view),
            lines=[LineBody.of(line) for line in invoice.lines],
            taxes=[TaxSumBody.of(tax) for tax in invoice.taxes],
            credit_notes=[
                IssuedCreditNoteBody(
                    note.id, note.number.text, note.total.to_wire(), note.issued_at
                )
                for note in view.credit_notes
            ],
            due_days=invoice.head.due_days,
            reason=invoice.head.status_reason,
        )


class InvoicePage(msgspec.Struct, frozen=True):
    """Some invoices of a list."""

    items: list[InvoiceSummary]
    next_cursor: str | None
    page: int | None
    has_more: bool


class DiscountOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A discount: either `percent` or `amount`."""

    percent: WireDecimal | None = None
    amount: WireAmount | None = None


class LineOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line to write; what is left out comes from the product."""

    product_id: Annotated[str, Meta(max_length=36)] | None = None
    description: Annotated[str, Meta(max_length=500, examples=["Lesson on 3 March"])] | None = None
    quantity: WireDecimal | None = None  # 1
    unit_price: WireAmount | None = None
    discount: DiscountOrderBody | None = None
    tax_ids: Annotated[list[str], Meta(max_length=MAX_TAXES_OF_A_LINE)] | None = None

    def order(self) -> LineOrder:
        """As the service takes it."""
        return LineOrder(
            product_id=self.product_id,
            description=self.description,
            quantity=Decimal(1) if self.quantity is None else self.quantity,
            unit_price=self.unit_price,
            percent_off=self.discount.percent if self.discount else None,
            amount_off=self.discount.amount if self.discount else None,
            tax_ids=self.tax_ids,
        )


def _line_rules(lines: object) -> list[FieldError]:
    found: list[FieldError] = []
    for place, line in enumerate(lines if isinstance(lines, list) else []):
        if not isinstance(line, dict):
            continue
        name = f"lines[{place}]"
        if line.get("quantity") is not None:
            found += decimal_errors(f"{name}.quantity", line["quantity"], decimals=3)
        if line.get("unit_price") is not None:
            found += amount_errors(f"{name}.unit_price", line["unit_price"])
    return found


LineOrders = Annotated[list[LineOrderBody], Meta(min_length=1, max_length=MAX_LINES)]


class NewInvoiceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft to write, for a customer by id or by e-mail address."""

    lines: LineOrders
    customer_id: Annotated[str, Meta(max_length=36)] | None = None
    customer_email: Annotated[str, Meta(max_length=254)] | None = None
    currency: Annotated[str, Meta(min_length=3, max_length=3, examples=["USD"])] | None = None
    language: DocumentLanguage | None = None
    notes: Notes = ""
    due_days: DueDays | None = None

    FIELD_RULES: ClassVar[Rules] = {"lines": _line_rules}

    def order(self) -> InvoiceOrder:
        """As the service takes it."""
        return InvoiceOrder(
            customer_id=UserId(self.customer_id) if self.customer_id else None,
            customer_email=self.customer_email,
            lines=[line.order() for line in self.lines],
            currency=self.currency,
            language=self.language,
            notes=self.notes,
            due_days=self.due_days,
        )


class InvoiceChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a draft; what is left out stays, `lines` replaces all lines."""

    customer_id: Annotated[str, Meta(max_length=36)] | None = None
    customer_email: Annotated[str, Meta(max_length=254)] | None = None
    lines: LineOrders | None = None
    language: DocumentLanguage | None = None
    notes: Notes | None = None
    due_days: DueDays | UnsetType | None = UNSET

    FIELD_RULES: ClassVar[Rules] = {"lines": _line_rules}

    def change(self) -> InvoiceChange:
        """As the service takes it."""
        return InvoiceChange(
            customer_id=UserId(self.customer_id) if self.customer_id else None,
            customer_email=self.customer_email,
            lines=[line.order() for line in self.lines] if self.lines is not None else None,
            language=self.language,
            notes=self.notes,
            due_days=self.due_days,
        )


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why; it stays with the invoice."""

    reason: Reason


def _discount(discount: Discount | None) -> DiscountBody | None:
    if discount is None:
        return None
    if isinstance(discount, PercentOff):
        return DiscountBody(percent=rate_text(discount.percent))
    return DiscountBody(amount=discount.amount.to_wire())


def _head_values(view: InvoiceHeadView) -> dict[str, Any]:
    head, standing = view.head, view.head.standing
    return {
        "id": head.id,
        "number": head.number_text(),
        "status": head.status,
        "overdue": view.overdue,
        "currency": head.currency,
        "language": head.language,
        "customer": CustomerBody.of(head.customer, shows_email=view.shows_email),
        "subtotal": head.subtotal.to_wire(),
        "tax_total": head.tax_total.to_wire(),
        "total": standing.total.to_wire(),
        "paid": standing.paid.to_wire(),
        "credited": standing.credited.to_wire(),
        "refunded": standing.refunded.to_wire(),
        "due": standing.due.to_wire(),
        "notes": head.notes,
        "source": head.source,
        "checkout_id": head.checkout_id,
        "created_at": head.created_at,
        "issued_at": head.issued_at,
        "due_at": head.due_at,
        "paid_at": head.paid_at,
        "voided_at": head.voided_at,
        "can_manage": view.can_manage,
        "can_pay": view.can_pay,
    }
