"""Stock of the shop, through its door, on connections of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories.sources import MovedClock, sources
from videocall.core.access import Actor, Role, UserId
from videocall.core.db.engine import PoolSettings, create_engine
from videocall.core.db.reads import Reads
from videocall.core.db.work import SqlUnits
from videocall.core.paging import ListRequest, Sort
from videocall.products.interfaces import NewProduct
from videocall.products.model.products import ProductId
from videocall.products.model.stock import Movement, StockLevel
from videocall.products.repository.categories import SqlCategoryTrees
from videocall.products.repository.reader import SqlProductReader
from videocall.products.repository.work import SqlProductsWork
from videocall.products.service.catalogue import CatalogueService
from videocall.products.service.names import ShownNames
from videocall.products.service.reservations import StockService
from videocall.products.service.stock import StockBookService

HOST = Actor(UserId("0199c1de-0000-7000-8000-00000000000a"), Role.HOST, "a@example.com", "Ana", "")
PATIENT = PoolSettings(size=10, overflow=10, timeout=60, busy_timeout=60)


class _Nobody:
    async def names(self, ids: object) -> dict[UserId, str]:
        return {}


@dataclass(frozen=True, slots=True)
class Shop:
    """The services of catalogue and stock on one engine."""

    engine: AsyncEngine
    clock: MovedClock
    units: SqlUnits[SqlProductsWork]
    catalogue: CatalogueService
    stock: StockService
    book: StockBookService

    async def product(self, stock: int | None, name: str = "Mat") -> ProductId:
        """A new product with so many pieces."""
        made = await self.catalogue.create(HOST, NewProduct(name, _price(), stock=stock))
        return made.product.id

    async def level(self, product_id: ProductId) -> StockLevel:
        return await self.book.level(HOST, product_id)

    async def history(self, product_id: ProductId) -> list[Movement]:
        """All movements, oldest first."""
        async with self.units.read() as work:
            found = await work.stock.movements(
                product_id, ListRequest(Sort("created_at"), limit=10_000)
            )
        return list(found)

    async def counts(self) -> dict[str, int]:
        """How many reservations are in each state."""
        query = text("SELECT state, count(*) FROM stock_reservations GROUP BY state")
        async with self.engine.connect() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    def soon(self, seconds: float = 600) -> datetime:
        """An expiry."""
        return self.clock.now() + timedelta(seconds=seconds)


def _price() -> Decimal:
    return Decimal("9.99")


@asynccontextmanager
async def shop(database_url: str, pool: PoolSettings = PATIENT) -> AsyncIterator[Shop]:
    """A shop on this database, with a pool of its own."""
    clock = MovedClock()
    made = sources(clock)
    engine = create_engine(database_url, pool)
    units = SqlUnits(engine, partial(SqlProductsWork, source=made.events))
    reads = Reads(engine)
    names = ShownNames(_Nobody(), SqlCategoryTrees(reads))
    yield Shop(
        engine,
        clock,
        units,
        CatalogueService(units, SqlProductReader(reads), names, made.ids, clock, "USD"),
        StockService(units, made.ids, clock),
        StockBookService(units, names, made.ids, clock),
    )
    await engine.dispose()
