"""Units of work and engines: what commits, what waits, what an outage looks like."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.db.engine import BadDatabaseUrl, PoolSettings, create_engine, read_url
from videocall.core.db.types import UtcDateTime
from videocall.core.db.work import SqlUnits, driver_errors, is_unique_violation
from videocall.core.errors import DatabaseUnavailable

metadata = MetaData()
counters = Table(
    "counters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("at", UtcDateTime),
)


class CounterWork:
    """A counter that is read, then written."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def before_commit(self) -> None:
        return None

    async def value(self, *, for_update: bool = False) -> int:
        query = select(counters.c.value).where(counters.c.id == 1)
        query = query.with_for_update() if for_update else query
        return int(await self.connection.scalar(query) or 0)

    async def set(self, value: int) -> None:
        await self.connection.execute(
            counters.update().where(counters.c.id == 1).values(value=value)
        )


async def units_of(url: str, pool: PoolSettings | None = None) -> SqlUnits[CounterWork]:
    engine = create_engine(url, pool)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(insert(counters).values(id=1, value=0))
    return SqlUnits(engine, CounterWork)


async def test_commands_that_read_and_then_write_wait_for_each_other(
    blank_database_url: str,
) -> None:
    units = await units_of(blank_database_url)

    async def increment() -> None:
        async with units.write() as work:
            value = await work.value(for_update=True)
            await asyncio.sleep(0)
            await work.set(value + 1)

    await asyncio.gather(*(increment() for _ in range(20)))
    async with units.read() as work:
        assert await work.value() == 20
    await units._engine.dispose()


async def test_a_block_that_raises_changes_nothing(blank_database_url: str) -> None:
    units = await units_of(blank_database_url)

    async def fail_after_writing() -> None:
        async with units.write() as work:
            await work.set(7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_writing()
    async with units.read() as work:
        assert await work.value() == 0
    await units._engine.dispose()


async def test_a_pool_that_is_used_up_is_an_outage(blank_database_url: str) -> None:
    pool = PoolSettings(size=1, overflow=0, timeout=0.2)
    units = await units_of(blank_database_url, pool)
    async with units.read():
        with pytest.raises(DatabaseUnavailable):
            async with units.read():
                pass
    await units._engine.dispose()


async def test_times_come_back_aware_and_in_utc(blank_database_url: str) -> None:
    units = await units_of(blank_database_url)
    noon = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    async with units.write() as work:
        await work.connection.execute(counters.update().values(at=noon))
    async with units.read() as work:
        found = await work.connection.scalar(select(counters.c.at))
    assert found == noon
    assert found is not None
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="time zone"):
        async with units.write() as work:
            await work.connection.execute(counters.update().values(at=noon.replace(tzinfo=None)))
    await units._engine.dispose()


async def test_unique_violations_are_told_from_others(blank_database_url: str) -> None:
    units = await units_of(blank_database_url)
    with pytest.raises(IntegrityError) as twice:
        async with units.write() as work:
            await work.connection.execute(insert(counters).values(id=1, value=1))
    assert is_unique_violation(twice.value)
    with pytest.raises(IntegrityError) as empty:
        async with units.write() as work:
            await work.connection.execute(insert(counters).values(id=2, value=None))
    assert not is_unique_violation(empty.value)
    await units._engine.dispose()


async def test_a_server_that_is_away_is_an_outage() -> None:
    units = SqlUnits(create_engine("postgresql://nobody@127.0.0.1:1/none"), CounterWork)
    with pytest.raises(DatabaseUnavailable):
        async with units.read():
            pass


async def test_a_locked_sqlite_file_is_an_outage(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'db.sqlite3'}"
    units = await units_of(url, PoolSettings(busy_timeout=0.1))
    async with units.write():
        with pytest.raises(DatabaseUnavailable):
            async with units.write():
                pass
    async with units.read() as work:
        mode = await work.connection.scalar(text("PRAGMA journal_mode"))
        keys = await work.connection.scalar(text("PRAGMA foreign_keys"))
    assert (mode, keys) == ("wal", 1)
    await units._engine.dispose()


async def test_other_failures_stay_what_they_are() -> None:
    with pytest.raises(ValueError, match="mine"):
        async with driver_errors():
            raise ValueError("mine")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "oracle://x"])
def test_addresses_of_unknown_databases(url: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        read_url(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_needs_a_file(url: str) -> None:
    with pytest.raises(BadDatabaseUrl, match="file"):
        create_engine(url)


async def test_what_one_reading_sees_belongs_together(blank_database_url: str) -> None:
    units = await units_of(blank_database_url)
    query = select(counters.c.value).where(counters.c.id == 1)
    async with units.read() as work:
        before = await work.connection.scalar(query)
        async with units.write() as other:
            await other.set(5)
        assert await work.connection.scalar(query) == before == 0
    async with units.read() as work:
        assert await work.connection.scalar(query) == 5
