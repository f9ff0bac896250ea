"""Listeners of events: right after the commit, never for what was rolled back, and from the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from videocall.core.clock import SystemClock
from videocall.core.db.engine import create_engine
from videocall.core.db.work import SqlUnits
from videocall.core.events.feed import Announced, EventFeed
from videocall.core.events.model import NewEvent
from videocall.core.events.store import EventLog, EventSource
from videocall.core.events.tail import EventTail
from videocall.core.ids import Uuid7Ids


class OnlyEvents:
    """A unit of work that has nothing but the log."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()


@dataclass
class Ears:
    """What somebody heard."""

    heard: list[str] = field(default_factory=list)
    resyncs: int = 0

    async def hear(self, event: Announced) -> None:
        self.heard.append(f"{event.type} {event.stream} {event.data['n']}")

    async def start_anew(self) -> None:
        self.resyncs += 1


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(database_url)
    yield made
    await made.dispose()


def process(engine: AsyncEngine, *ears: Ears) -> tuple[SqlUnits[OnlyEvents], EventFeed]:
    """What one process has: units of work and a feed, with these ears for events of 'a.'."""
    feed = EventFeed()
    for item in ears:
        feed.listen(("a.",), item.hear, item.start_anew)
    source = EventSource(Uuid7Ids(), SystemClock(), lambda: None, feed)
    return SqlUnits(engine, partial(OnlyEvents, source=source)), feed


async def append(units: SqlUnits[OnlyEvents], *numbers: int, kind: str = "a.b.v1") -> None:
    async with units.write() as work:
        for number in numbers:
            work.events.append("s", None, [NewEvent(kind, {"n": number})], None)


async def fail(units: SqlUnits[OnlyEvents], *, flushed: bool) -> None:
    """A command that is rolled back, before or after its events were inserted."""
    async with units.write() as work:
        work.events.append("s", None, [NewEvent("a.b.v1", {"n": 4})], None)
        if flushed:
            await work.before_commit()
        raise RuntimeError


async def test_listeners_hear_what_was_committed_and_only_that(engine: AsyncEngine) -> None:
    ears = Ears()
    units, _ = process(engine, ears)
    await append(units, 1, 2)
    assert ears.heard == ["a.b.v1 s 1", "a.b.v1 s 2"]
    await append(units, 3, kind="other.v1")
    for flushed in (False, True):
        with pytest.raises(RuntimeError):
            await fail(units, flushed=flushed)
    await append(units, 6)
    assert ears.heard[2:] == ["a.b.v1 s 6"]


async def test_a_listener_that_fails_stops_no_other_and_no_command(engine: AsyncEngine) -> None:
    class Deaf(Ears):
        async def hear(self, event: Announced) -> None:
            raise ValueError

        async def start_anew(self) -> None:
            raise ValueError

    ears = Ears()
    units, feed = process(engine, Deaf(), ears)
    await append(units, 1)
    assert ears.heard == ["a.b.v1 s 1"]
    await feed.resync()
    assert ears.resyncs == 1


async def test_the_tail_tells_what_other_processes_committed(engine: AsyncEngine) -> None:
    ears = Ears()
    others, _ = process(engine)
    _, feed = process(engine, ears)
    await append(others, 1)
    tail = EventTail(engine, feed)
    assert await tail.poll() == 0
    assert (ears.heard, ears.resyncs) == ([], 1)  # what was before is forgotten, not heard
    await append(others, *range(2, 604))
    assert await tail.poll() == 602
    assert ears.heard == [f"a.b.v1 s {number}" for number in range(2, 604)]
    assert await tail.poll() == 0
