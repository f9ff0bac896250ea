"""Tells the media server that a room ended, until it has heard: at once, and by a sweeper.

The room's row is the saga: ended and media_closed false means that the media server may still have
the room. Ending always wins over joining: a room that comes to life again is closed again.
"""

from __future__ import annotations

from dataclasses import replace

from videocall.calls.errors import MediaUnavailable
from videocall.calls.interfaces import CallsUnits, MediaRooms
from videocall.calls.model.rooms import RoomId
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)
_AT_ONCE = 100


class RoomCloser:
    """Closes ended rooms on the media server."""

    def __init__(self, units: CallsUnits, media: MediaRooms) -> None:
        self._units = units
        self._media = media

    async def close(self, room_id: RoomId) -> bool:
        """Close one ended room; False when the media server does not answer (the sweeper will)."""
        try:
            await self._media.close(room_id)
        except MediaUnavailable:
            _LOG.warning("room stays open on the media server for now", room=room_id)
            return False
        async with self._units.write() as work:
            room = await work.rooms.lock(room_id)
            if room is not None and room.ended_at is not None:
                await work.rooms.update(replace(room, media_closed=True))
        return True

    async def sweep(self) -> int:
        """Close what a crash or an outage left open; how many rooms were closed."""
        async with self._units.read() as work:
            waiting = await work.rooms.ended_with_media(_AT_ONCE)
        closed = 0
        for room in waiting:
            if not await self.close(room.id):
                break
            closed += 1
        return closed
