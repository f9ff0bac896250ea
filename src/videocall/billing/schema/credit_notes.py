"""Shapes of credit notes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.credit_notes import (
    CreditNoteHeadView,
    CreditNoteView,
    CreditOrder,
)
from videocall.billing.model.charges import PaymentMethod
from videocall.billing.model.credit_note import CreditedLine, CreditNoteHead, CreditNoteLine
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import MAX_LINES, LineId
from videocall.billing.model.refunds import Refund, RefundState, RefundTarget
from videocall.billing.schema.invoices import CustomerBody, LineTaxBody, Reason, TaxSumBody
from videocall.billing.schema.rules import Rules
from videocall.core.errors import FieldError
from videocall.core.http.amounts import WireAmount, WireDecimal, amount_rule, decimal_errors


class CreditedInvoiceBody(msgspec.Struct, frozen=True):
    """Which invoice is corrected."""

    id: str
    number: str


class CreditLineBody(msgspec.Struct, frozen=True):
    """What is taken back of a line; `quantity` null: an amount, no pieces."""

    id: str
    line_id: str
    product_id: str | None
    description: str
    quantity: str | None
    unit_price: str
    taxes: list[LineTaxBody]
    net: str
    tax: str

    @classmethod
    def of(cls, line: CreditNoteLine) -> CreditLineBody:
        """The line as the API shows it."""
        return cls(
            id=line.id,
            line_id=line.line_id,
            product_id=line.product_id,
            description=line.description,
            quantity=f"{line.quantity.normalize():f}" if line.quantity is not None else None,
            unit_price=line.unit_price.to_wire(),
            taxes=[LineTaxBody.of(tax) for tax in line.taxes],
            net=line.share.net.to_wire(),
            tax=line.share.tax.to_wire(),
        )


class RefundFailureBody(msgspec.Struct, frozen=True):
    """Why the money did not go back."""

    code: str
    message: str


class RefundBody(msgspec.Struct, frozen=True):
    """Money on its way back to the customer."""

    id: str
    amount: str
    method: PaymentMethod
    state: RefundState
    failure: RefundFailureBody | None

    @classmethod
    def of(cls, refund: Refund) -> RefundBody:
        """The refund as the API shows it."""
        failure = refund.failure
        return cls(
            id=refund.id,
            amount=refund.amount.to_wire(),
            method=refund.method,
            state=refund.state,
            failure=RefundFailureBody(failure.code, failure.message) if failure else None,
        )


class CreditNoteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A credit note without its lines."""

    id: str
    number: str
    invoice: CreditedInvoiceBody
    customer: CustomerBody
    currency: str
    language: DocumentLanguage
    subtotal: str
    tax_total: str
    total: str
    reason: str
    issued_at: datetime

    @classmethod
    def of(cls, view: CreditNoteHeadView) -> CreditNoteSummary:
        """The credit note as this person sees it."""
        return cls(**_head_values(view.head, shows_email=view.shows_email))


class CreditNoteBody(CreditNoteSummary, frozen=True, kw_only=True):
    """A credit note."""

    lines: list[CreditLineBody]
    taxes: list[TaxSumBody]
    refund: RefundTarget
    return_to_stock: bool
    refunds: list[RefundBody]

    @classmethod
    def full(cls, view: CreditNoteView) -> CreditNoteBody:
        """The credit note as this person sees it, with lines and refunds."""
        note = view.note
        return cls(
            **_head_values(note, shows_email=view.shows_email),
            lines=[CreditLineBody.of(line) for line in note.lines],
            taxes=[TaxSumBody.of(tax) for tax in note.taxes],
            refund=note.refund,
            return_to_stock=note.return_to_stock,
            refunds=[RefundBody.of(refund) for refund in view.refunds],
        )


class CreditNotePage(msgspec.Struct, frozen=True):
    """Some credit notes of a list."""

    items: list[CreditNoteSummary]
    next_cursor: str | None
    page: int | None
    has_more: bool


class CreditedLineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many of a line are taken back."""

    line_id: str
    quantity: WireDecimal


def _line_rules(lines: object) -> list[FieldError]:
    return [
        error
        for place, line in enumerate(lines if isinstance(lines, list) else [])
        if isinstance(line, dict) and "quantity" in line
        for error in decimal_errors(f"lines[{place}].quantity", line["quantity"], decimals=3)
    ]


class CreditOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to take back: some lines, or an amount, or (neither) all that is left."""

    reason: Reason
    lines: Annotated[list[CreditedLineBody], Meta(min_length=1, max_length=MAX_LINES)] | None = None
    amount: WireAmount | None = None
    refund: RefundTarget = RefundTarget.ORIGINAL
    return_to_stock: bool = False

    FIELD_RULES: ClassVar[Rules] = {"lines": _line_rules, "amount": amount_rule("amount")}

    def order(self) -> CreditOrder:
        """As the service takes it."""
        return CreditOrder(
            reason=self.reason.strip(),
            lines=[CreditedLine(LineId(item.line_id), item.quantity) for item in self.lines or ()],
            amount=self.amount,
            refund=self.refund,
            return_to_stock=self.return_to_stock,
        )


def _head_values(head: CreditNoteHead, *, shows_email: bool) -> dict[str, Any]:
    return {
        "id": head.id,
        "number": head.number.text,
        "invoice": CreditedInvoiceBody(head.invoice_id, head.invoice_number),
        "customer": CustomerBody.of(head.customer, shows_email=shows_email),
        "currency": head.currency,
        "language": head.language,
        "subtotal": head.subtotal.to_wire(),
        "tax_total": head.tax_total.to_wire(),
        "total": head.total.to_wire(),
        "reason": head.reason,
        "issued_at": head.issued_at,
    }
