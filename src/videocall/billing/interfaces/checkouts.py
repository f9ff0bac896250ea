"""Checkouts: what the door offers, and what its service needs from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from videocall.billing.interfaces.invoices import InvoiceView
from videocall.billing.model.checkouts import Checkout, CheckoutId, Item
from videocall.billing.model.invoice import Invoice
from videocall.core.access import Actor, UserId
from videocall.core.paging import ListRequest, Page


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What somebody wants to buy; ``expected_total`` is the price that they were shown."""

    items: tuple[Item, ...]
    expected_total: Decimal | None = None
    language: str | None = None


class CheckoutRepository(Protocol):
    """Checkouts in the database."""

    async def add(self, checkout: Checkout) -> bool:
        """Write a new one; False when the id is there."""
        ...

    async def get(self, checkout_id: CheckoutId) -> Checkout | None: ...

    async def lock(self, checkout_id: CheckoutId) -> Checkout | None:
        """As get, and nobody else changes it until the transaction ends."""
        ...

    async def of_invoice(self, invoice_id: str) -> Checkout | None: ...

    async def wake(self, invoice_id: str, now: datetime) -> CheckoutId | None:
        """Have a living checkout of this invoice looked after at once."""
        ...

    async def put(self, checkout: Checkout) -> None: ...

    async def listed(self, customer_id: UserId | None, request: ListRequest) -> Sequence[Checkout]:
        """One page, one more than the limit when there are more; None: of all customers."""
        ...

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[CheckoutId]:
        """Checkouts whose time has come, for nobody else until then."""
        ...


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A checkout with its invoice; None until the invoice is written, or when it never was."""

    checkout: Checkout
    invoice: InvoiceView | None


class Checkouts(Protocol):
    """Buying from the catalogue."""

    async def quote(self, items: Sequence[Item]) -> Invoice:
        """What the items cost now.

        Raises ValidationFailed, ProductNotFound, ProductNotForSale.
        """
        ...

    async def create(self, actor: Actor, order: CheckoutOrder, command: CheckoutId) -> CheckoutView:
        """Reserve the pieces and open an invoice; the same command again gives the same one.

        Raises as quote, and OutOfStock, PriceChanged, SellerIncomplete.
        """
        ...

    async def get(self, actor: Actor, checkout_id: CheckoutId) -> CheckoutView:
        """One's own, else CheckoutNotFound."""
        ...

    async def list_checkouts(self, actor: Actor, request: ListRequest) -> Page[CheckoutView]:
        """One's own, newest first; administrators see all."""
        ...

    async def cancel(self, actor: Actor, checkout_id: CheckoutId) -> CheckoutView:
        """Give it up; raises CheckoutNotFound, CheckoutOver, ProviderUnavailable."""
        ...
