"""Stock levels and movements: every change is one conditional statement on the product's row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Update, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.db.reads import AnyRow
from videocall.core.ids import is_id
from videocall.core.paging import ListRequest
from videocall.products.model.products import ProductId, ProductStatus
from videocall.products.model.stock import Movement, MovementReason, StockLevel, StockLine
from videocall.products.tables import movements, products

_c = products.c


class SqlStockRepository:
    """Levels and movements."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, line: StockLine) -> StockLevel | None:
        if not is_id(line.product_id):
            return None
        enough = or_(
            _c.stock_on_hand.is_(None), _c.stock_on_hand - _c.stock_reserved >= line.quantity
        )
        return await self._changed(
            update(products)
            .where(_c.id == line.product_id, _c.status == ProductStatus.ACTIVE.value, enough)
            .values(stock_reserved=_c.stock_reserved + line.quantity)
        )

    async def free(self, line: StockLine) -> StockLevel | None:
        return await self._changed(
            update(products)
            .where(_c.id == line.product_id)
            .values(stock_reserved=_c.stock_reserved - line.quantity)
        )

    async def sell(self, line: StockLine) -> StockLevel | None:
        return await self._changed(
            update(products)
            .where(_c.id == line.product_id)
            .values(
                stock_reserved=_c.stock_reserved - line.quantity,
                stock_on_hand=_c.stock_on_hand - line.quantity,
                was_sold=True,
            )
        )

    async def move(self, product_id: ProductId, quantity: int) -> StockLevel | None:
        return await self._changed(
            update(products)
            .where(_c.id == product_id, _c.stock_on_hand + quantity >= _c.stock_reserved)
            .values(stock_on_hand=_c.stock_on_hand + quantity)
        )

    async def level(self, product_id: ProductId) -> tuple[StockLevel, ProductStatus] | None:
        if not is_id(product_id):
            return None
        query = select(_c.stock_on_hand, _c.stock_reserved, _c.status).where(_c.id == product_id)
        row = (await self._connection.execute(query)).one_or_none()
        return (StockLevel(row[0], row[1]), ProductStatus(row[2])) if row is not None else None

    async def add_movement(self, movement: Movement) -> None:
        await self._connection.execute(
            insert(movements).values(
                id=movement.id,
                product_id=movement.product_id,
                quantity=movement.quantity,
                reason=movement.reason.value,
                note=movement.note,
                balance=movement.balance,
                reference=movement.reference,
                actor_id=movement.actor_id,
                created_at=movement.created_at,
            )
        )

    async def movements(self, product_id: ProductId, request: ListRequest) -> Sequence[Movement]:
        query = select(movements).where(movements.c.product_id == product_id)
        rows = await self._connection.execute(page_rows(query, request, None, movements.c.id))
        return [_movement(row) for row in rows]

    async def _changed(self, statement: Update) -> StockLevel | None:
        found = await self._connection.execute(
            statement.returning(_c.stock_on_hand, _c.stock_reserved)
        )
        row = found.one_or_none()
        return StockLevel(row[0], row[1]) if row is not None else None


def _movement(row: AnyRow) -> Movement:
    return Movement(
        id=row.id,
        product_id=ProductId(row.product_id),
        quantity=row.quantity,
        reason=MovementReason(row.reason),
        note=row.note,
        balance=row.balance,
        reference=row.reference,
        actor_id=UserId(row.actor_id) if row.actor_id is not None else None,
        created_at=row.created_at,
    )
