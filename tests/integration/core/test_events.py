"""The event log on a real database: versions, order, append-only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.factories.sources import START, MovedClock
from videocall.core.db.engine import create_engine
from videocall.core.db.work import SqlUnits
from videocall.core.errors import VersionConflict
from videocall.core.events.model import NewEvent
from videocall.core.events.store import EventLog, EventSource
from videocall.core.events.tables import events
from videocall.core.ids import Uuid7Ids


class LogWork:
    """A domain that has nothing but events."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.connection = connection
        self.log = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.log.flush()


Units = SqlUnits[LogWork]


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def units(engine: AsyncEngine) -> Units:
    source = EventSource(Uuid7Ids(), MovedClock(), lambda: "req-1")
    return SqlUnits(engine, partial(LogWork, source=source))


def happened(number: int) -> NewEvent:
    return NewEvent("tests.happened.v1", {"number": number, "none": None, "yes": True})


async def append(units: Units, stream: str, expected: int | None, *numbers: int) -> None:
    async with units.write() as work:
        work.log.append(stream, expected, [happened(number) for number in numbers], "actor-1")


async def test_what_was_appended_is_read_back(units: Units) -> None:
    await append(units, "a", 0, 1, 2)
    async with units.read() as work:
        first, second = await work.log.stream("a")
    assert (first.version, second.version) == (1, 2)
    assert first.position < second.position
    assert first.type == "tests.happened.v1"
    assert first.data == {"number": 1, "none": None, "yes": True}
    assert (first.actor, first.request_id, first.occurred_at) == ("actor-1", "req-1", START)


async def test_a_wrong_expected_version_is_a_conflict_and_rolls_back(units: Units) -> None:
    await append(units, "a", 0, 1)
    for wrong in (0, 2):
        with pytest.raises(VersionConflict):
            await append(units, "a", wrong, 9)
    async with units.read() as work:
        assert await work.log.version("a") == 1
        assert await work.log.version("b") == 0


async def test_of_parallel_writers_one_wins_each_version(units: Units) -> None:
    results = await asyncio.gather(
        *(append(units, "a", 0, number) for number in range(8)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == [
        "NoneType",
        *["VersionConflict"] * 7,
    ]


async def test_without_expectation_all_writers_append(units: Units) -> None:
    await asyncio.gather(*(append(units, "a", None, number) for number in range(8)))
    async with units.read() as work:
        stored = await work.log.stream("a")
    assert [event.version for event in stored] == list(range(1, 9))


async def test_position_is_the_order_of_commits(units: Units) -> None:
    """A reader that keeps the last position it saw misses nothing that commits later."""
    seen: list[int] = []
    writing = [asyncio.create_task(append(units, f"s{n}", 0, n, n)) for n in range(20)]
    checkpoint = 0
    while True:
        is_over = all(task.done() for task in writing)
        async with units.read() as work:
            new = await work.log.after(checkpoint, 7)
        seen += [event.position for event in new]
        checkpoint = seen[-1] if seen else 0
        if is_over and not new:
            break
    await asyncio.gather(*writing)
    assert len(seen) == 40
    assert seen == sorted(seen)


async def test_nothing_is_told_of_what_was_rolled_back(units: Units) -> None:
    async def fail_after_appending() -> None:
        async with units.write() as work:
            work.log.append("a", 0, [happened(1)], None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_appending()
    async with units.read() as work:
        assert await work.log.stream("a") == []


async def test_events_cannot_be_changed_or_removed(units: Units, engine: AsyncEngine) -> None:
    await append(units, "a", 0, 1)
    statements = [update(events).values(type="x"), delete(events)]
    if engine.dialect.name == "postgresql":
        statements.append(text("TRUNCATE events"))  # type: ignore[arg-type]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"):
            async with engine.begin() as connection:
                await connection.execute(statement)
