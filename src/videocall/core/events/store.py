"""Appending to the log and reading it: optimistic versions, positions in the order of commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from videocall.core.clock import Clock
from videocall.core.db.work import announce_after_commit
from videocall.core.errors import VersionConflict
from videocall.core.events.feed import Announced, EventFeed
from videocall.core.events.model import NewEvent, StoredEvent
from videocall.core.events.tables import events
from videocall.core.ids import Ids

_LOCK = 0x5643_4556  # "VCEV": held from the insert to the commit, so position is commit order


@dataclass(frozen=True, slots=True)
class EventSource:
    """What stamps events: ids, time and the request in hand; and who hears of them at once."""

    ids: Ids
    clock: Clock
    request_id: Callable[[], str | None]
    feed: EventFeed = field(default_factory=EventFeed)


@dataclass(frozen=True, slots=True)
class _Pending:
    stream: str
    expected_version: int | None
    events: Sequence[NewEvent]
    actor: str | None


class EventLog:
    """The log inside one transaction; what is appended is inserted as its last step."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self._connection = connection
        self._source = source
        self._pending: list[_Pending] = []

    async def version(self, stream: str) -> int:
        """The version of the last event in the stream, 0 for a stream with none."""
        found = await self._connection.scalar(
            select(func.max(events.c.version)).where(events.c.stream == stream)
        )
        return int(found or 0)

    async def stream(self, stream: str) -> list[StoredEvent]:
        """All events of a stream, oldest first."""
        return await self._read(events.c.stream == stream, None)

    async def streams(self, prefix: str, after: str, limit: int) -> list[str]:
        """Names of streams that begin with ``prefix``, behind ``after``, in their order."""
        query = (
            select(events.c.stream)
            .where(
                events.c.stream > max(prefix, after),
                events.c.stream.startswith(prefix, autoescape=True),
            )
            .distinct()
            .order_by(events.c.stream)
            .limit(limit)
        )
        return list(await self._connection.scalars(query))

    async def after(self, position: int, limit: int) -> list[StoredEvent]:
        """The next events of the whole log, for a reader that has seen up to ``position``."""
        return await self._read(events.c.position > position, limit)

    def append(
        self,
        stream: str,
        expected_version: int | None,
        new: Sequence[NewEvent],
        actor: str | None,
    ) -> None:
        """Append when the transaction commits.

        ``expected_version`` is the stream's version that the decision was based on; when another
        transaction appended since, the commit fails with VersionConflict. None: the event is true
        whatever happened before it.
        """
        self._pending.append(_Pending(stream, expected_version, new, actor))

    async def flush(self) -> None:
        """Insert what was appended; the caller commits right after."""
        if not self._pending:
            return
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK}
            )
        appended = [
            Announced(event.type, pending.stream, event.data)
            for pending in self._pending
            for event in pending.events
        ]
        for pending in self._pending:
            await self._insert(pending)
        self._pending.clear()
        announce_after_commit(self._connection, partial(self._source.feed.announce, appended))

    async def _insert(self, pending: _Pending) -> None:
        current = await self.version(pending.stream)
        if pending.expected_version not in (None, current):
            raise VersionConflict
        now = self._source.clock.now()
        rows = [
            {
                "id": self._source.ids.new(),
                "stream": pending.stream,
                "version": version,
                "type": event.type,
                "data": dict(event.data),
                "actor": pending.actor,
                "request_id": self._source.request_id(),
                "occurred_at": now,
            }
            for version, event in enumerate(pending.events, start=current + 1)
        ]
        for row in rows:  # one by one: a batch does not promise its order
            await self._connection.execute(insert(events).values(**row))

    async def _read(self, where: ColumnElement[bool], limit: int | None) -> list[StoredEvent]:
        query = select(events).where(where).order_by(events.c.position).limit(limit)
        rows = await self._connection.execute(query)
        return [StoredEvent(**row) for row in rows.mappings()]
