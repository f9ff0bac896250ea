"""The doors of the products domain, and the values that pass through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol

from msgspec import UNSET, UnsetType

from videocall.core.access import Actor, UserId
from videocall.core.money import Money
from videocall.core.paging import ListRequest, Page
from videocall.products.model.categories import Category, CategoryNode
from videocall.products.model.products import (
    CategoryId,
    Product,
    ProductId,
    ProductKind,
    ProductStatus,
    TaxClass,
)
from videocall.products.model.stock import (
    Movement,
    MovementReason,
    Reservation,
    StockLevel,
    StockLine,
)


@dataclass(frozen=True, slots=True)
class SaleItem:
    """What others need to sell a product; ``minutes`` only for the kind minutes."""

    id: ProductId
    name: str
    kind: ProductKind
    sku: str
    price: Money
    tax_class: TaxClass
    host_id: UserId
    status: ProductStatus
    minutes: int | None
    stock_limited: bool


class Catalogue(Protocol):
    """What other domains may know about products."""

    async def sale_items(self, ids: Collection[ProductId]) -> Mapping[ProductId, SaleItem]:
        """Those of the products that exist, archived ones too."""
        ...


class Stock(Protocol):
    """Pieces for other domains: kept, taken, freed. Every call may be repeated."""

    async def reserve(self, key: str, lines: Sequence[StockLine], until: datetime) -> Reservation:
        """Keep all the pieces until then, or none.

        The same key again answers what there is: an active reservation lasts longer then, a taken
        one stays taken, and an expired or released one is made anew from ``lines``. Raises
        OutOfStock, ProductNotFound, ProductNotForSale, ValidationFailed.
        """
        ...

    async def take(self, key: str) -> None:
        """The pieces are sold. An expired or released reservation is tried anew.

        Raises OutOfStock, ProductNotFound, ProductNotForSale, ReservationNotFound.
        """
        ...

    async def release(self, key: str) -> None:
        """The pieces are free again; an unknown key is free. Raises ReservationTaken."""
        ...

    async def give_back(self, key: str, lines: Sequence[StockLine], return_key: str) -> None:
        """Sold pieces came back, once for each ``return_key``.

        Raises ReservationNotFound (never taken), ReturnTooLarge, ValidationFailed.
        """
        ...

    async def reservations(self, keys: Collection[str]) -> Mapping[str, Reservation]:
        """Those of the reservations that exist."""
        ...


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What somebody typed; ``sku`` and ``currency`` None: made from the name, the house's."""

    name: str
    price: Decimal
    description: str = ""
    kind: ProductKind = ProductKind.SESSION
    sku: str | None = None
    currency: str | None = None
    category_id: CategoryId | None = None
    tax_class: TaxClass = TaxClass.STANDARD
    minutes: int | None = None
    stock: int | None = None  # None: without limit


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What to change of a product; UNSET leaves it. ``stock`` is what was counted just now."""

    name: str | UnsetType = UNSET
    price: Decimal | UnsetType = UNSET
    description: str | UnsetType = UNSET
    kind: ProductKind | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    category_id: CategoryId | UnsetType | None = UNSET
    tax_class: TaxClass | UnsetType = UNSET
    minutes: int | UnsetType | None = UNSET
    stock: int | UnsetType | None = UNSET
    status: ProductStatus | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """Which products somebody wants to see; None and the empty text leave a filter out.

    Prices are in ``currency``, else in the house currency; with a bound of the price only products
    of that currency are found.
    """

    words: str = ""
    kind: ProductKind | None = None
    category_id: CategoryId | None = None
    host_id: UserId | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    currency: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool = False


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category as products show it."""

    id: CategoryId
    name: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with the names that it is shown with."""

    product: Product
    host_name: str
    category: CategoryName | None


class Removal(Enum):
    """What became of a product that was to be deleted."""

    DELETED = "deleted"
    ARCHIVED = "archived"


class Products(Catalogue, Protocol):
    """The catalogue."""

    async def create(self, actor: Actor, new: NewProduct) -> ProductView:
        """Raises Forbidden, ValidationFailed, SkuTaken, CategoryNotFound."""
        ...

    async def list_products(
        self, actor: Actor | None, query: ProductQuery, request: ListRequest
    ) -> Page[ProductView]:
        """What is for sale, or the archive: administrators see all of it, hosts their own.

        Raises ValidationFailed, AuthRequired and Forbidden.
        """
        ...

    async def get(self, actor: Actor | None, product_id: ProductId) -> ProductView:
        """Raises ProductNotFound, also for an archived one of somebody else."""
        ...

    async def update(
        self, actor: Actor, product_id: ProductId, change: ProductChange, version: int | None
    ) -> ProductView:
        """Change it; ``version`` is the one the change was made from.

        Raises ProductNotFound, Forbidden, ProductChanged, ValidationFailed, SkuTaken,
        CategoryNotFound, StockBelowZero.
        """
        ...

    async def remove(self, actor: Actor, product_id: ProductId) -> Removal:
        """Delete it, or archive it once it was sold; raises ProductNotFound, Forbidden."""
        ...


class Categories(Protocol):
    """The tree of categories."""

    async def tree(self) -> Sequence[CategoryNode]:
        """All of it."""
        ...

    async def create(self, actor: Actor, name: str, parent_id: CategoryId | None) -> Category:
        """Raises Forbidden, ValidationFailed."""
        ...

    async def update(
        self,
        actor: Actor,
        category_id: CategoryId,
        name: str | None,
        parent_id: CategoryId | UnsetType | None,
    ) -> CategoryNode:
        """Rename or move; raises Forbidden, CategoryNotFound, ValidationFailed."""
        ...

    async def remove(self, actor: Actor, category_id: CategoryId) -> None:
        """Raises Forbidden, CategoryNotFound, CategoryInUse."""
        ...


@dataclass(frozen=True, slots=True)
class MovementView:
    """A movement with the name of who made it."""

    movement: Movement
    actor_name: str | None


class StockBook(Protocol):
    """Stock for those who own it."""

    async def level(self, actor: Actor, product_id: ProductId) -> StockLevel:
        """Raises ProductNotFound, Forbidden."""
        ...

    async def movements(
        self, actor: Actor, product_id: ProductId, request: ListRequest
    ) -> Page[MovementView]:
        """Newest first; raises ProductNotFound, Forbidden."""
        ...

    async def move(
        self,
        actor: Actor,
        product_id: ProductId,
        quantity: int,
        reason: MovementReason,
        note: str,
    ) -> MovementView:
        """Write a movement down.

        Raises ProductNotFound, Forbidden, ValidationFailed, StockUnlimited, StockBelowZero.
        """
        ...
