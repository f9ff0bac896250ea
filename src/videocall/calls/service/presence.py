"""Asks the media server once a second who is there, so that every stay has an end with evidence.

Webhooks tell of joins and leaves; what they don't tell (lost webhooks, a killed server) ends at the
last moment at which the participant was seen alive. Safe in several processes: moments only rise,
and an end is noted under the room's lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from videocall.calls import events
from videocall.calls.errors import MediaUnavailable
from videocall.calls.interfaces import CallsUnits, PresenceSource, Seen
from videocall.calls.model.attendance import Lost, Stay
from videocall.calls.model.rooms import RoomId
from videocall.core.clock import Clock
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)
_STAYS = 5_000  # looked at in one sweep; the next one goes on behind them
_AT_ONCE = 8
_GRACE = timedelta(seconds=10)  # for a webhook on its way
_SILENCE = timedelta(seconds=60)  # of a media server that does not answer

_Room = Mapping[str, Seen] | None


class PresenceKeeper:
    """Confirms who is there, and ends the stays of those who are gone without a word."""

    def __init__(self, units: CallsUnits, source: PresenceSource, clock: Clock) -> None:
        self._units = units
        self._source = source
        self._clock = clock
        self._after: RoomId | None = None

    async def sweep(self) -> int:
        """One round; how many participants were confirmed."""
        async with self._units.read() as work:
            found = await work.attendance.open_stays(self._after, _STAYS)
        found, self._after = _whole_rooms(found)
        if not found:
            return 0
        rooms = await self._ask({room_id for room_id, _ in found})
        moments = list(_confirmed(found, rooms))
        if moments:
            async with self._units.write() as work:
                await work.attendance.confirm(moments)
        now = self._clock.now()
        for room_id, stay in found:
            at = _lost_at(stay, rooms[room_id], now)
            if at is not None:
                await self._end(room_id, stay.participant_sid, at)
        return len(moments)

    async def _ask(self, room_ids: set[RoomId]) -> Mapping[RoomId, _Room]:
        turns, failed = asyncio.Semaphore(_AT_ONCE), 0

        async def one(room_id: RoomId) -> tuple[RoomId, _Room]:
            nonlocal failed
            async with turns:
                if failed >= _AT_ONCE:  # a server that hangs is not waited for room by room
                    return room_id, None
                try:
                    seen = await self._source.seen(room_id)
                except MediaUnavailable:
                    failed += 1
                    return room_id, None
            return room_id, {item.participant_sid: item for item in seen}

        return dict(await asyncio.gather(*(one(room_id) for room_id in room_ids)))

    async def _end(self, room_id: RoomId, participant_sid: str, at: datetime) -> None:
        async with self._units.write() as work:
            if await work.rooms.lock(room_id) is None:
                return
            stay = await work.attendance.stay(room_id, participant_sid)
            if stay is None or stay.left_at is not None or stay.lost_at is not None:
                return
            at = max(at, stay.confirmed_at or at)
            fact = Lost(stay.session, stay.participant_sid, stay.identity, at)
            await work.attendance.put_stay(room_id, stay.after(fact))
            stream = events.attendance_stream(room_id)
            version = await work.events.version(stream)
            told = [events.attended(room_id, f"presence:{participant_sid}", fact)]
            work.events.append(stream, version, told, None)
        _LOG.warning("a stay ended without a word", room=room_id, participant=participant_sid)


def _whole_rooms(
    found: Sequence[tuple[RoomId, Stay]],
) -> tuple[Sequence[tuple[RoomId, Stay]], RoomId | None]:
    """Without a room that the bound cut in two, and the room behind which the next sweep begins."""
    if len(found) < _STAYS:
        return found, None
    last = found[-1][0]
    whole = [item for item in found if item[0] != last] or found
    return whole, whole[-1][0]


def _confirmed(
    found: Sequence[tuple[RoomId, Stay]], rooms: Mapping[RoomId, _Room]
) -> Iterable[tuple[RoomId, str, datetime]]:
    for room_id, stay in found:
        seen = (rooms[room_id] or {}).get(stay.participant_sid)
        if seen is not None:
            yield room_id, stay.participant_sid, seen.at


def _lost_at(stay: Stay, room: _Room, now: datetime) -> datetime | None:
    """When a stay ended that nobody told the end of; None: it goes on, or may."""
    last = stay.confirmed_at or stay.joined_at
    if last is None:
        return None
    if room is None:  # what was never confirmed may be at a server that can't say
        silent = stay.confirmed_at is not None and now - last > _SILENCE
        return last if silent else None
    seen = room.get(stay.participant_sid)
    if seen is None:
        return last if now - last > _GRACE else None
    return seen.at if seen.has_left and now - seen.at > _GRACE else None
