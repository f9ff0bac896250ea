"""The repositories of one transaction of the products domain."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.events.store import EventLog, EventSource
from videocall.products.repository.categories import SqlCategoryRepository
from videocall.products.repository.products import SqlProductRepository
from videocall.products.repository.reservations import SqlReservationRepository
from videocall.products.repository.stock import SqlStockRepository


class SqlProductsWork:
    """Products, categories, stock and events on one connection."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.products = SqlProductRepository(connection)
        self.categories = SqlCategoryRepository(connection)
        self.stock = SqlStockRepository(connection)
        self.reservations = SqlReservationRepository(connection)
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()
