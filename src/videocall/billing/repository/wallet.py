"""Wallets, holds and the movements that changed them, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    delete,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.wallet import (
    Entry,
    EntryKind,
    Hold,
    HoldId,
    HoldState,
    Ledger,
    Reference,
    Unit,
    Wallet,
)
from videocall.billing.repository.wallet_entries import entry_columns, entry_of
from videocall.billing.tables.wallet import wallet_entries, wallet_holds, wallets
from videocall.core.access import UserId


class SqlWalletRepository:
    """The cached side of wallets; a wallet's row is the lock of all that belongs to it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, customer_id: UserId, unit: Unit, now: datetime) -> Wallet:
        found = await self._lock_all(customer_id)
        if unit not in found:
            await self._open(customer_id, unit, now)
            found = await self._lock_all(customer_id)
        return found[unit]

    async def wallets(self, customer_id: UserId) -> Sequence[Wallet]:
        query = select(wallets).where(wallets.c.customer_id == customer_id)
        rows = await self._connection.execute(query.order_by(wallets.c.unit))
        return [_wallet(row) for row in rows.mappings()]

    async def after(self, last: Wallet | None, limit: int) -> Sequence[Wallet]:
        key = tuple_(wallets.c.customer_id, wallets.c.unit)
        query = select(wallets).order_by(wallets.c.customer_id, wallets.c.unit).limit(limit)
        if last is not None:
            query = query.where(key > tuple_(literal(last.customer_id), literal(last.unit)))
        return [_wallet(row) for row in (await self._connection.execute(query)).mappings()]

    async def hold(self, hold_id: HoldId) -> Hold | None:
        found = await self._holds(select(wallet_holds).where(wallet_holds.c.id == hold_id))
        return found[0] if found else None

    async def holds(self, customer_id: UserId, unit: Unit | None = None) -> Sequence[Hold]:
        query = select(wallet_holds).where(
            wallet_holds.c.customer_id == customer_id,
            wallet_holds.c.state == HoldState.ACTIVE.value,
        )
        if unit is not None:
            query = query.where(wallet_holds.c.unit == unit)
        return await self._holds(query.order_by(wallet_holds.c.until, wallet_holds.c.id))

    async def all_holds(self, customer_id: UserId, unit: Unit) -> Sequence[Hold]:
        return await self._holds(
            select(wallet_holds).where(
                wallet_holds.c.customer_id == customer_id, wallet_holds.c.unit == unit
            )
        )

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[UserId, Unit]]:
        query = (
            select(wallet_holds.c.customer_id, wallet_holds.c.unit)
            .where(wallet_holds.c.state == HoldState.ACTIVE.value, wallet_holds.c.until <= now)
            .order_by(wallet_holds.c.until)
            .limit(limit)
        )
        found = [(UserId(row[0]), Unit(row[1])) for row in await self._connection.execute(query)]
        return list(dict.fromkeys(found))

    async def once(
        self, customer_id: UserId, unit: Unit, kind: EntryKind, key: str
    ) -> Entry | None:
        query = select(wallet_entries).where(
            wallet_entries.c.customer_id == customer_id,
            wallet_entries.c.unit == unit,
            wallet_entries.c.kind == kind.value,
            wallet_entries.c.once == key,
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return entry_of(row) if row is not None else None

    async def record(self, wallet: Wallet, hold: Hold | None, entry: Entry) -> None:
        await self._put(wallet)
        await self._connection.execute(insert(wallet_entries).values(**entry_columns(entry)))
        if hold is None:
            return
        if entry.movement.kind is EntryKind.HOLD:
            await self._connection.execute(insert(wallet_holds).values(**_hold_columns(hold)))
            return
        await self._connection.execute(
            update(wallet_holds)
            .where(wallet_holds.c.id == hold.id)
            .values(rest=hold.rest, captured=hold.captured, state=hold.state.value)
        )

    async def replace(self, ledger: Ledger, entries: Sequence[Entry]) -> None:
        wallet = ledger.wallet
        for table in (wallet_entries, wallet_holds):
            await self._connection.execute(
                delete(table).where(
                    table.c.customer_id == wallet.customer_id, table.c.unit == wallet.unit
                )
            )
        await self._put(wallet)
        if ledger.holds:
            rows = [_hold_columns(hold) for hold in ledger.holds.values()]
            await self._connection.execute(insert(wallet_holds), rows)
        if entries:
            rows = [entry_columns(entry) for entry in entries]
            await self._connection.execute(insert(wallet_entries), rows)

    async def _put(self, wallet: Wallet) -> None:
        await self._connection.execute(
            update(wallets)
            .where(_is(wallet.customer_id, wallet.unit))
            .values(
                balance=wallet.balance,
                held=wallet.held,
                version=wallet.version,
                updated_at=wallet.updated_at,
            )
        )

    async def _lock_all(self, customer_id: UserId) -> Mapping[Unit, Wallet]:
        # All of them, in one order: else a purchase of minutes (money, then minutes) and its
        # return (minutes, then money) could wait for each other for ever.
        query = select(wallets).where(wallets.c.customer_id == customer_id)
        query = query.order_by(wallets.c.unit).with_for_update()
        rows = await self._connection.execute(query)
        return {Unit(row["unit"]): _wallet(row) for row in rows.mappings()}

    async def _open(self, customer_id: UserId, unit: Unit, now: datetime) -> None:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(wallets) if is_sqlite else insert_postgresql(wallets)
        await self._connection.execute(
            new.values(
                customer_id=customer_id, unit=unit, balance=0, held=0, version=0, updated_at=now
            ).on_conflict_do_nothing()
        )

    async def _holds(self, query: Select[tuple[object, ...]]) -> list[Hold]:
        return [_hold(row) for row in (await self._connection.execute(query)).mappings()]


def _is(customer_id: UserId, unit: Unit) -> ColumnElement[bool]:
    return and_(wallets.c.customer_id == customer_id, wallets.c.unit == unit)


def _wallet(row: RowMapping) -> Wallet:
    return Wallet(
        customer_id=UserId(row["customer_id"]),
        unit=Unit(row["unit"]),
        balance=row["balance"],
        held=row["held"],
        version=row["version"],
        updated_at=row["updated_at"],
    )


def _hold_columns(hold: Hold) -> dict[str, object]:
    return {
        "id": hold.id,
        "customer_id": hold.customer_id,
        "unit": hold.unit,
        "amount": hold.amount,
        "rest": hold.rest,
        "captured": hold.captured,
        "state": hold.state.value,
        "until": hold.until,
        "reference_type": hold.reference.type,
        "reference_id": hold.reference.id,
        "reference_number": hold.reference.number,
        "created_at": hold.created_at,
    }


def _hold(row: RowMapping) -> Hold:
    return Hold(
        id=HoldId(row["id"]),
        customer_id=UserId(row["customer_id"]),
        unit=Unit(row["unit"]),
        amount=row["amount"],
        rest=row["rest"],
        captured=row["captured"],
        state=HoldState(row["state"]),
        until=row["until"],
        reference=Reference(row["reference_type"], row["reference_id"], row["reference_number"]),
        created_at=row["created_at"],
    )
