"""What the services of the products domain need: repositories, names, one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from videocall.core.access import UserId
from videocall.core.db.work import UnitsOfWork
from videocall.core.events.model import NewEvent
from videocall.core.paging import ListRequest
from videocall.products.model.categories import Category, CategoryTree
from videocall.products.model.products import (
    CategoryId,
    Product,
    ProductId,
    ProductKind,
    ProductStatus,
)
from videocall.products.model.stock import (
    Movement,
    Reservation,
    StockLevel,
    StockLine,
)


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which rows to find; prices in minor units, ``terms`` all of them."""

    terms: tuple[str, ...] = ()
    kind: ProductKind | None = None
    host_id: UserId | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    currency: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False


class PeopleNames(Protocol):
    """What products needs to know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...


class CategoryTrees(Protocol):
    """The tree of categories as products are shown with it; may be some moments old."""

    async def tree(self) -> CategoryTree: ...


class ProductReader(Protocol):
    """Products, one statement for each question."""

    async def get(self, product_id: ProductId) -> Product | None: ...

    async def find(self, wanted: ProductFilter, request: ListRequest) -> Sequence[Product]:
        """In the order of the request, one more than the limit when there are more."""
        ...

    async def many(self, ids: Collection[ProductId]) -> Sequence[Product]: ...


class ProductRepository(Protocol):
    """Products inside a transaction."""

    async def add(self, product: Product) -> None:
        """Write it by one statement; raises SkuTaken, CategoryNotFound."""
        ...

    async def get(self, product_id: ProductId, *, lock: bool) -> Product | None:
        """The product; a locked one nobody else changes until the transaction ends."""
        ...

    async def update(self, product: Product) -> None:
        """Store all but the reserved pieces; raises SkuTaken, CategoryNotFound."""
        ...

    async def delete(self, product_id: ProductId) -> None: ...

    async def set_terms(self, product: Product, terms: Collection[str]) -> None:
        """Replace the terms that find it."""
        ...

    async def has_active_reservations(self, product_id: ProductId) -> bool: ...


class CategoryRepository(Protocol):
    """Categories inside a transaction."""

    async def tree(self, *, lock: bool) -> CategoryTree:
        """All of them; locked ones nobody else changes until the transaction ends."""
        ...

    async def add(self, category: Category) -> None: ...

    async def update(self, category: Category) -> None: ...

    async def delete(self, category_id: CategoryId) -> None:
        """Raises CategoryInUse."""
        ...

    async def move_terms(
        self, below: Collection[CategoryId], old: Collection[str], new: Collection[str]
    ) -> None:
        """Products of these categories are found under other terms of categories."""
        ...


class StockRepository(Protocol):
    """Levels, movements and reservations inside a transaction."""

    async def keep(self, line: StockLine) -> StockLevel | None:
        """Reserve if there are enough and the product is for sale; None: it is not so."""
        ...

    async def free(self, line: StockLine) -> StockLevel | None:
        """Take a reservation back; None: the product is gone."""
        ...

    async def sell(self, line: StockLine) -> StockLevel | None:
        """Turn reserved pieces into sold ones; None: the product is gone."""
        ...

    async def move(self, product_id: ProductId, quantity: int) -> StockLevel | None:
        """Change what is on hand, if that leaves enough for the reserved; None: it does not."""
        ...

    async def level(self, product_id: ProductId) -> tuple[StockLevel, ProductStatus] | None: ...

    async def add_movement(self, movement: Movement) -> None: ...

    async def movements(
        self, product_id: ProductId, request: ListRequest
    ) -> Sequence[Movement]: ...


class ReservationRepository(Protocol):
    """Reservations inside a transaction."""

    async def lock(self, key: str) -> Reservation | None:
        """The reservation, kept from others until the transaction ends."""
        ...

    async def add(self, reservation: Reservation, now: datetime) -> bool:
        """Write a new one without its lines; False when the key is known already."""
        ...

    async def put(self, reservation: Reservation, now: datetime) -> None:
        """Store state and expiry."""
        ...

    async def set_lines(self, reservation: Reservation) -> None: ...

    async def due(
        self, now: datetime, products: Collection[ProductId], limit: int
    ) -> Sequence[Reservation]:
        """Active ones that are too old, locked.

        Of some products: waits for those that somebody has in hand. Of all: leaves them to them.
        """
        ...

    async def any_due(self, now: datetime, products: Collection[ProductId]) -> bool:
        """Whether pieces of these products are held by an active one that is too old."""
        ...

    async def find(self, keys: Collection[str]) -> Mapping[str, Reservation]: ...

    async def add_return(self, return_key: str, key: str, now: datetime) -> bool:
        """Note a return; False when it was noted before."""
        ...

    async def count_returned(self, key: str, line: StockLine) -> bool:
        """Add to what came back; False when that is more than was sold."""
        ...


class EventAppender(Protocol):
    """The event log of the transaction."""

    def append(
        self, stream: str, expected_version: int | None, new: Sequence[NewEvent], actor: str | None
    ) -> None: ...


class ProductsWork(Protocol):
    """One transaction of the products domain."""

    @property
    def products(self) -> ProductRepository: ...

    @property
    def categories(self) -> CategoryRepository: ...

    @property
    def stock(self) -> StockRepository: ...

    @property
    def reservations(self) -> ReservationRepository: ...

    @property
    def events(self) -> EventAppender: ...


ProductsUnits = UnitsOfWork[ProductsWork]
