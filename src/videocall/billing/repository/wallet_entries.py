"""Movements of wallets, to read: pages, statements, and everything for a check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.interfaces.wallet import Days
from videocall.billing.model.wallet import Entry, EntryKind, HoldId, Movement, Reference, Unit
from videocall.billing.tables.wallet import wallet_entries
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.paging import ListRequest

_LINES = wallet_entries.c


class SqlEntryRepository:
    """Entries in the order of their versions; their times never go back in that order."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(
        self, customer_id: UserId, unit: Unit, days: Days, request: ListRequest
    ) -> Sequence[Entry]:
        query = await self._within(_of(customer_id, unit), customer_id, unit, days)
        return await self._many(page_rows(query, request, _LINES.version, _LINES.id))

    async def between(
        self, customer_id: UserId, unit: Unit, days: Days, limit: int
    ) -> Sequence[Entry]:
        query = await self._within(_of(customer_id, unit), customer_id, unit, days)
        return await self._many(query.order_by(_LINES.version).limit(limit))

    async def balance_before(self, customer_id: UserId, unit: Unit, first: date) -> int:
        last = await self._last_version(customer_id, unit, _begin(first))
        if last == 0:
            return 0
        query = _of(customer_id, unit).where(_LINES.version == last)
        return (await self._many(query))[0].balance

    async def behind(
        self, customer_id: UserId, unit: Unit, version: int, limit: int
    ) -> Sequence[Entry]:
        query = _of(customer_id, unit).where(_LINES.version > version)
        return await self._many(query.order_by(_LINES.version).limit(limit))

    async def _within(
        self, query: Select[tuple[object, ...]], customer_id: UserId, unit: Unit, days: Days
    ) -> Select[tuple[object, ...]]:
        # Days become versions, so that one index finds and orders: times alone would not order.
        if days.first is not None:
            before = await self._last_version(customer_id, unit, _begin(days.first))
            query = query.where(_LINES.version > before)
        if days.last is not None:
            end = _begin(days.last) + timedelta(days=1)
            query = query.where(_LINES.version <= await self._last_version(customer_id, unit, end))
        return query

    async def _last_version(self, customer_id: UserId, unit: Unit, before: datetime) -> int:
        """The version of the last movement before a moment, 0 when there is none."""
        query = (
            select(_LINES.version)
            .where(
                _LINES.customer_id == customer_id, _LINES.unit == unit, _LINES.created_at < before
            )
            .order_by(_LINES.created_at.desc(), _LINES.version.desc())
            .limit(1)
        )
        return int(await self._connection.scalar(query) or 0)

    async def _many(self, query: Select[tuple[object, ...]]) -> list[Entry]:
        return [entry_of(row) for row in (await self._connection.execute(query)).mappings()]


def entry_columns(entry: Entry) -> dict[str, object]:
    """An entry as its row."""
    movement = entry.movement
    return {
        "id": entry.id,
        "customer_id": entry.customer_id,
        "unit": entry.unit,
        "version": entry.version,
        "kind": movement.kind.value,
        "amount": entry.amount,
        "balance": entry.balance,
        "available": entry.available,
        "missing": movement.missing,
        "hold_id": movement.hold_id,
        "until": movement.until,
        "reference_type": movement.reference.type,
        "reference_id": movement.reference.id,
        "reference_number": movement.reference.number,
        "once": movement.once,
        "created_at": movement.at,
    }


def entry_of(row: RowMapping) -> Entry:
    """The entry of a row."""
    hold_id = HoldId(row["hold_id"]) if row["hold_id"] is not None else None
    reference = Reference(
        type=row["reference_type"],
        id=row["reference_id"],
        number=row["reference_number"],
        once=row["once"] if hold_id is None else "",
    )
    return Entry(
        id=row["id"],
        customer_id=UserId(row["customer_id"]),
        unit=Unit(row["unit"]),
        version=row["version"],
        amount=row["amount"],
        balance=row["balance"],
        available=row["available"],
        movement=Movement(
            kind=EntryKind(row["kind"]),
            count=abs(row["amount"]),
            reference=reference,
            at=row["created_at"],
            hold_id=hold_id,
            until=row["until"],
            missing=row["missing"],
        ),
    )


def _of(customer_id: UserId, unit: Unit) -> Select[tuple[object, ...]]:
    return select(wallet_entries).where(_LINES.customer_id == customer_id, _LINES.unit == unit)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
