"""Shapes of checkouts and quotes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.checkouts import CheckoutOrder, CheckoutView
from videocall.billing.model.checkouts import MOST_ITEMS, MOST_PIECES, CheckoutState, Item
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import Invoice
from videocall.billing.schema.invoices import InvoiceBody, LineTaxBody, TaxSumBody
from videocall.billing.schema.rules import Rules
from videocall.core.http.amounts import WireAmount, amount_rule


class ItemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many pieces of a product."""

    product_id: Annotated[str, Meta(min_length=1, max_length=36)]
    quantity: Annotated[int, Meta(ge=1, le=MOST_PIECES, examples=[1])] = 1


Items = Annotated[list[ItemBody], Meta(min_length=1, max_length=MOST_ITEMS)]


class QuoteOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody thinks of buying."""

    items: Items

    def wanted(self) -> tuple[Item, ...]:
        """As the service takes it."""
        return _items(self.items)


class CheckoutOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody buys; `expected_total` is the price that they were shown."""

    items: Items
    expected_total: WireAmount | None = None
    language: DocumentLanguage | None = None

    FIELD_RULES: ClassVar[Rules] = {"expected_total": amount_rule("expected_total")}

    def order(self) -> CheckoutOrder:
        """As the service takes it."""
        language = self.language.value if self.language is not None else None
        return CheckoutOrder(_items(self.items), self.expected_total, language)


class QuoteLineBody(msgspec.Struct, frozen=True):
    """A line of a quote; `net` is without tax, `tax` its part of the taxes."""

    product_id: str
    name: str
    quantity: int
    unit_price: str
    net: str
    tax: str
    taxes: list[LineTaxBody]


class QuoteBody(msgspec.Struct, frozen=True):
    """What it costs now."""

    lines: list[QuoteLineBody]
    taxes: list[TaxSumBody]
    subtotal: str
    tax_total: str
    total: str
    currency: str

    @classmethod
    def of(cls, invoice: Invoice) -> QuoteBody:
        """The quote as the API shows it."""
        return cls(
            lines=[
                QuoteLineBody(
                    product_id=line.item.product_id or "",
                    name=line.item.description,
                    quantity=int(line.item.quantity),
                    unit_price=line.item.unit_price.to_wire(),
                    net=line.share.net.to_wire(),
                    tax=line.share.tax.to_wire(),
                    taxes=[LineTaxBody.of(tax) for tax in line.item.taxes],
                )
                for line in invoice.lines
            ],
            taxes=[TaxSumBody.of(tax) for tax in invoice.taxes],
            subtotal=invoice.head.subtotal.to_wire(),
            tax_total=invoice.head.tax_total.to_wire(),
            total=invoice.head.total.to_wire(),
            currency=invoice.head.currency,
        )


class CheckoutStatus(StrEnum):
    """Where a checkout is, as people see it; `reserved` also while it begins and ends."""

    RESERVED = "reserved"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"


_SHOWN = {
    CheckoutState.STARTED: CheckoutStatus.RESERVED,
    CheckoutState.CLOSING: CheckoutStatus.RESERVED,
}


class CheckoutBody(msgspec.Struct, frozen=True):
    """A purchase; it has an invoice unless it failed or has just begun."""

    id: str
    state: CheckoutStatus
    invoice: InvoiceBody | None
    expires_at: datetime
    created_at: datetime

    @classmethod
    def of(cls, view: CheckoutView) -> CheckoutBody:
        """The checkout as the API shows it."""
        checkout = view.checkout
        return cls(
            id=checkout.id,
            state=_SHOWN.get(checkout.state) or CheckoutStatus(checkout.state.value),
            invoice=InvoiceBody.full(view.invoice) if view.invoice is not None else None,
            expires_at=checkout.expires_at,
            created_at=checkout.created_at,
        )


class CheckoutPage(msgspec.Struct, frozen=True):
    """Some checkouts, newest first."""

    items: list[CheckoutBody]
    next_cursor: str | None
    page: int | None
    has_more: bool


def _items(items: list[ItemBody]) -> tuple[Item, ...]:
    return tuple(Item(item.product_id, item.quantity) for item in items)
