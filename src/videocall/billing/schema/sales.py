"""Shapes of sales."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.sales import SaleView
from videocall.billing.model.sales import SalesSum, SalesSummary
from videocall.billing.model.standing import InvoiceStatus

Amount = Annotated[str, Meta(examples=["40.00"])]


class SoldInvoiceBody(msgspec.Struct, frozen=True):
    """The invoice that a sale is on."""

    id: str
    number: str | None
    status: InvoiceStatus


class BuyerBody(msgspec.Struct, frozen=True):
    """Who bought."""

    id: str
    name: str


class SaleBody(msgspec.Struct, frozen=True):
    """A sold line; `credited` is what credit notes took back of the net."""

    id: str
    invoice: SoldInvoiceBody
    product_id: str
    host_id: str
    description: str
    quantity: str
    net: Amount
    tax: Amount
    credited: Amount
    currency: str
    customer: BuyerBody
    sold_at: datetime

    @classmethod
    def of(cls, view: SaleView) -> SaleBody:
        """The sale as the API shows it."""
        sale = view.sale
        return cls(
            id=sale.id,
            invoice=SoldInvoiceBody(
                sale.invoice_id, view.invoice_number, InvoiceStatus(view.invoice_status)
            ),
            product_id=sale.product_id,
            host_id=sale.host_id,
            description=sale.description,
            quantity=f"{sale.quantity.normalize():f}",
            net=sale.net.to_wire(),
            tax=sale.tax.to_wire(),
            credited=sale.credited.to_wire(),
            currency=sale.net.currency,
            customer=BuyerBody(sale.customer_id, view.customer_name),
            sold_at=sale.sold_at,
        )


class SalePage(msgspec.Struct, frozen=True):
    """Some sales, newest first."""

    items: list[SaleBody]
    next_cursor: str | None
    page: int | None
    has_more: bool


class SalesMonthBody(msgspec.Struct, frozen=True):
    """What was sold in a month, in UTC."""

    month: Annotated[str, Meta(examples=["2026-01"])]
    net: Amount
    count: int


class SoldProductBody(msgspec.Struct, frozen=True):
    """What was sold of a product."""

    product_id: str
    name: str
    net: Amount
    count: int


class SalesSummaryBody(msgspec.Struct, frozen=True):
    """Sums over sales in the house currency; the best twenty products."""

    currency: str
    net: Amount
    credited: Amount
    count: int
    months: list[SalesMonthBody]
    products: list[SoldProductBody]

    @classmethod
    def of(cls, summary: SalesSummary) -> SalesSummaryBody:
        """The sums as the API shows them."""
        return cls(
            currency=summary.currency,
            net=summary.net.to_wire(),
            credited=summary.credited.to_wire(),
            count=summary.count,
            months=[_month(item) for item in summary.months],
            products=[_product(item) for item in summary.products],
        )


def _month(item: SalesSum) -> SalesMonthBody:
    return SalesMonthBody(item.key, item.net.to_wire(), item.count)


def _product(item: SalesSum) -> SoldProductBody:
    return SoldProductBody(item.key, item.name, item.net.to_wire(), item.count)
