"""Sales: what the door offers, and what its service needs from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from videocall.billing.model.sales import Sale, SalesFilter, SalesSummary
from videocall.core.access import Actor
from videocall.core.money import Money
from videocall.core.paging import ListRequest, Page


@dataclass(frozen=True, slots=True)
class SaleView:
    """A sale with what people want to read beside it."""

    sale: Sale
    invoice_number: str | None
    invoice_status: str
    customer_name: str


class Sales(Protocol):
    """What hosts have sold; administrators see all."""

    async def list_sales(
        self, actor: Actor, wanted: SalesFilter, request: ListRequest
    ) -> Page[SaleView]:
        """Newest first; raises Forbidden for customers."""
        ...

    async def summary(self, actor: Actor, wanted: SalesFilter) -> SalesSummary:
        """Sums in the house currency; raises Forbidden for customers."""
        ...


class SalesRepository(Protocol):
    """Sales in the database."""

    async def add(self, sales: Sequence[Sale]) -> None:
        """Write those that are not there."""
        ...

    async def has(self, invoice_id: str) -> bool:
        """Whether the sales of an invoice were written."""
        ...

    async def credit(self, sale_id: str, net: Money) -> None:
        """Note that a credit note took back so much of a sale."""
        ...

    async def listed(
        self, wanted: SalesFilter, request: ListRequest
    ) -> Sequence[tuple[Sale, str | None, str]]:
        """Sales with number and status of their invoices; one more than the limit when more."""
        ...

    async def summary(self, wanted: SalesFilter, currency: str) -> SalesSummary: ...
