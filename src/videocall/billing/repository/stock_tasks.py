"""Stock tasks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.stock_tasks import StockTask, StockTaskKind
from videocall.billing.repository.checkouts import items_of, items_row
from videocall.billing.repository.claiming import claim_due
from videocall.billing.tables.payments import stock_tasks


class SqlStockTaskRepository:
    """What is still to be done to stock."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, task: StockTask) -> bool:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(stock_tasks) if is_sqlite else insert_postgresql(stock_tasks)
        added = await self._connection.execute(
            new.values(id=task.id, **_values(task)).on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def get(self, task_id: str) -> StockTask | None:
        query = select(stock_tasks).where(stock_tasks.c.id == task_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return StockTask(
            id=row["id"],
            invoice_id=row["invoice_id"],
            kind=StockTaskKind(row["kind"]),
            items=items_of(row["items"]),
            created_at=row["created_at"],
            next_at=row["next_at"],
            attempts=row["attempts"],
            failure=row["failure"],
        )

    async def put(self, task: StockTask) -> None:
        await self._connection.execute(
            update(stock_tasks).where(stock_tasks.c.id == task.id).values(**_values(task))
        )

    async def drop(self, task_id: str) -> None:
        await self._connection.execute(delete(stock_tasks).where(stock_tasks.c.id == task_id))

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[str]:
        return await claim_due(self._connection, stock_tasks, now, until, limit)


def _values(task: StockTask) -> dict[str, object]:
    return {
        "invoice_id": task.invoice_id,
        "kind": task.kind.value,
        "items": items_row(task.items),
        "created_at": task.created_at,
        "next_at": task.next_at,
        "attempts": task.attempts,
        "failure": task.failure,
    }
