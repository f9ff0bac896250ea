"""The tail of the events table: what other processes appended, told to listeners here."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.core.db.reads import Reads
from videocall.core.events.feed import Announced, EventFeed
from videocall.core.events.tables import events

_BATCH = 500
_NEWEST = select(func.coalesce(func.max(events.c.position), 0))
_NEXT = (
    select(events.c.position, events.c.type, events.c.stream, events.c.data)
    .where(events.c.position > bindparam("seen"))
    .order_by(events.c.position)
    .limit(_BATCH)
)


class EventTail:
    """Announces what was appended since the last look; its own process's events a second time."""

    def __init__(self, engine: AsyncEngine, feed: EventFeed) -> None:
        self._reads = Reads(engine)
        self._feed = feed
        self._position: int | None = None

    async def poll(self) -> int:
        """Announce what is new; how many events that were. The first time: begin at the end."""
        if self._position is None:
            self._position = int((await self._reads.all(_NEWEST, {}))[0][0])
            await self._feed.resync()
            return 0
        told = 0
        while True:
            rows = await self._reads.all(_NEXT, {"seen": self._position})
            await self._feed.announce([Announced(row[1], row[2], row[3]) for row in rows])
            told += len(rows)
            if rows:
                self._position = rows[-1][0]
            if len(rows) < _BATCH:
                return told
