"""The repositories of one transaction of the calls domain."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.calls.repository.attendance import SqlAttendanceRepository
from videocall.calls.repository.rooms import SqlRoomRepository
from videocall.core.events.store import EventLog, EventSource


class SqlCallsWork:
    """Rooms, attendance and events on one connection."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.rooms = SqlRoomRepository(connection)
        self.attendance = SqlAttendanceRepository(connection)
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()
