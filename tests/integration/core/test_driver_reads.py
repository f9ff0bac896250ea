"""Reads that go straight to the driver answer the same as those through SQLAlchemy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, text

from videocall.core.db.driver_reads import DriverReads
from videocall.core.db.engine import PoolSettings, create_engine
from videocall.core.db.reads import Reads
from videocall.core.errors import DatabaseUnavailable
from videocall.users.tables import users

BORN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
BY_NAME = (
    select(users.c.id, users.c.name, users.c.created_at)
    .where(users.c.name == bindparam("name"), users.c.created_at >= bindparam("since"))
    .order_by(users.c.id)
    .limit(2)
)
BY_IDS = select(users.c.name).where(users.c.id.in_(bindparam("ids", expanding=True)))
POOL = PoolSettings(timeout=2)


def person(number: int) -> dict[str, object]:
    return {
        "id": f"user-{number}",
        "email": f"{number}@example.com",
        "email_key": f"{number}@example.com",
        "name": "Ana",
        "role": "host",
        "locale": "en",
        "password_hash": "",
        "created_at": BORN,
    }


@pytest.fixture
async def reads(database_url: str) -> AsyncIterator[tuple[DriverReads, Reads]]:
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(insert(users), [person(number) for number in range(3)])
    made = DriverReads(engine, POOL, connections=2)
    yield made, Reads(engine)
    await made.aclose()
    await engine.dispose()


async def test_rows_are_the_same_with_their_types(reads: tuple[DriverReads, Reads]) -> None:
    fast, usual = reads
    asked = {"name": "Ana", "since": BORN}
    rows = [tuple(row) for row in await fast.values(BY_NAME, asked)]
    assert rows == [("user-0", "Ana", BORN), ("user-1", "Ana", BORN)]
    assert rows == [tuple(row) for row in await usual.values(BY_NAME, asked)]
    assert rows[0][2].tzinfo is UTC


async def test_an_expanding_list_works_too(reads: tuple[DriverReads, Reads]) -> None:
    for ids in (["user-0"], ["user-1", "user-2"], []):
        found = await reads[0].values(BY_IDS, {"ids": ids})
        assert [tuple(row) for row in found] == [("Ana",)] * len(ids)


async def test_connections_that_were_cut_are_replaced(
    reads: tuple[DriverReads, Reads], database_url: str
) -> None:
    fast, _ = reads
    asked = {"name": "Ana", "since": BORN}
    await fast.values(BY_NAME, asked)
    if database_url.startswith("postgresql"):
        engine = create_engine(database_url)
        async with engine.connect() as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name="
            await connection.execute(text(f"{cut}'videocall reads'"))
        await engine.dispose()
    assert len(await fast.values(BY_NAME, asked)) == 2


async def test_a_server_that_is_away_is_a_domain_error() -> None:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/nothing")
    away = DriverReads(engine, POOL, connections=1)
    with pytest.raises(DatabaseUnavailable):
        await away.values(BY_NAME, {"name": "Ana", "since": BORN})
    await away.aclose()
    await engine.dispose()
