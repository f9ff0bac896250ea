"""Reservations of stock and returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.db.reads import AnySelect
from videocall.products.model.products import ProductId
from videocall.products.model.stock import Reservation, ReservationState, StockLine
from videocall.products.tables import reservation_lines, reservations, returns


class SqlReservationRepository:
    """Reservations with their lines."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, key: str) -> Reservation | None:
        query = select(reservations).where(reservations.c.key == key).with_for_update()
        found = await self._with_lines(query)
        return found[0] if found else None

    async def add(self, reservation: Reservation, now: datetime) -> bool:
        return await self._insert_once(
            reservations,
            {
                "key": reservation.key,
                "state": reservation.state.value,
                "until": reservation.until,
                "created_at": now,
                "updated_at": now,
            },
        )

    async def put(self, reservation: Reservation, now: datetime) -> None:
        await self._connection.execute(
            update(reservations)
            .where(reservations.c.key == reservation.key)
            .values(state=reservation.state.value, until=reservation.until, updated_at=now)
        )

    async def set_lines(self, reservation: Reservation) -> None:
        await self._connection.execute(
            delete(reservation_lines).where(reservation_lines.c.key == reservation.key)
        )
        rows = [
            {
                "key": reservation.key,
                "product_id": line.product_id,
                "quantity": line.quantity,
                "returned": 0,
            }
            for line in reservation.lines
        ]
        await self._connection.execute(insert(reservation_lines), rows)

    async def due(
        self, now: datetime, products: Collection[ProductId], limit: int
    ) -> Sequence[Reservation]:
        query = _due(now, products).limit(limit)
        return await self._with_lines(query.with_for_update(skip_locked=not products))

    async def any_due(self, now: datetime, products: Collection[ProductId]) -> bool:
        query = _due(now, products).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def find(self, keys: Collection[str]) -> Mapping[str, Reservation]:
        if not keys:
            return {}
        found = await self._with_lines(select(reservations).where(reservations.c.key.in_(keys)))
        return {item.key: item for item in found}

    async def add_return(self, return_key: str, key: str, now: datetime) -> bool:
        return await self._insert_once(
            returns, {"return_key": return_key, "key": key, "created_at": now}
        )

    async def count_returned(self, key: str, line: StockLine) -> bool:
        lines = reservation_lines.c
        changed = await self._connection.execute(
            update(reservation_lines)
            .where(
                lines.key == key,
                lines.product_id == line.product_id,
                lines.returned + line.quantity <= lines.quantity,
            )
            .values(returned=lines.returned + line.quantity)
        )
        return changed.rowcount == 1

    async def _insert_once(self, table: Any, row: Mapping[str, object]) -> bool:  # noqa: ANN401 - a table
        # Whoever inserts the same key at the same moment waits here for the first one's end.
        make = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        statement = make(table).values(**row).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount == 1

    async def _with_lines(self, query: AnySelect) -> list[Reservation]:
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return []
        lines: dict[str, list[StockLine]] = {}
        wanted = (
            select(
                reservation_lines.c.key,
                reservation_lines.c.product_id,
                reservation_lines.c.quantity,
            )
            .where(reservation_lines.c.key.in_([row.key for row in rows]))
            .order_by(reservation_lines.c.product_id)
        )
        for key, product_id, quantity in await self._connection.execute(wanted):
            lines.setdefault(key, []).append(StockLine(ProductId(product_id), quantity))
        return [
            Reservation(
                row.key, ReservationState(row.state), row.until, tuple(lines.get(row.key, ()))
            )
            for row in rows
        ]


def _due(now: datetime, products: Collection[ProductId]) -> AnySelect:
    query = select(reservations).where(
        reservations.c.state == ReservationState.ACTIVE.value, reservations.c.until <= now
    )
    if products:
        holding = select(reservation_lines.c.key).where(
            reservation_lines.c.product_id.in_(products)
        )
        query = query.where(reservations.c.key.in_(holding))
    return query.order_by(reservations.c.until, reservations.c.key)
