"""Attendance: takes webhooks once each, in any order, and tells who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from videocall.calls import events
from videocall.calls.errors import RoomNotFound
from videocall.calls.interfaces import (
    Attendee,
    CallsUnits,
    CallsWork,
    MediaEvent,
    PeopleNames,
    WebhookReader,
)
from videocall.calls.model.attendance import Fact, Finished, Left, Lost, new_stay
from videocall.calls.model.rooms import RoomId
from videocall.calls.service.closing import RoomCloser
from videocall.core.access import Actor, UserId
from videocall.core.clock import Clock
from videocall.core.errors import Forbidden

_PATIENCE = timedelta(seconds=60)
_RECEIPTS_KEPT = timedelta(days=7)


class AttendanceService:
    """Who was in which call, from when to when."""

    def __init__(
        self,
        units: CallsUnits,
        people: PeopleNames,
        webhooks: WebhookReader,
        closer: RoomCloser,
        clock: Clock,
    ) -> None:
        self._units = units
        self._people = people
        self._webhooks = webhooks
        self._closer = closer
        self._clock = clock

    async def receive(self, body: str, authorization: str) -> None:
        event = self._webhooks.read(body, authorization)
        if event is None:
            return
        if await self._record(event):
            await self._closer.close(event.room_id)

    async def attendance(self, actor: Actor, room_id: RoomId) -> Sequence[Attendee]:
        async with self._units.read() as work:
            room = await work.rooms.get(room_id)
            invited = (await work.rooms.invited([room_id])).get(room_id, ())
            if room is None or not room.admits(actor, invited):
                raise RoomNotFound
            if not room.is_managed_by(actor):
                raise Forbidden("Only its host and administrators may do this.")
            intervals = await work.attendance.intervals(room_id)
        names = await self._people.names({UserId(item.identity) for item in intervals})
        now = self._clock.now()
        return [
            Attendee(
                interval=item,
                user_id=UserId(item.identity) if UserId(item.identity) in names else None,
                name=names.get(UserId(item.identity), item.identity),
                seconds=item.seconds(now),
            )
            for item in intervals
        ]

    async def forget_old_receipts(self) -> None:
        """Drop receipts of webhooks that nobody repeats any more."""
        async with self._units.write() as work:
            await work.attendance.forget_receipts(self._clock.now() - _RECEIPTS_KEPT)

    async def _record(self, event: MediaEvent) -> bool:
        """Note the event; True when it shows life in a room that ended."""
        async with self._units.write() as work:
            # The room's row is the lock: its webhooks take turns, in whatever order they came.
            room = await work.rooms.lock(event.room_id)
            if room is None or not await work.attendance.receipt(event.id, self._clock.now()):
                return False
            if event.fact is not None:
                stream = events.attendance_stream(event.room_id)
                version = await work.events.version(stream)
                told: list[Fact] = [event.fact]
                if isinstance(event.fact, Finished):
                    told += await _lost_in(work, event.room_id, event.fact)
                if isinstance(event.fact, Left) and event.is_lost:
                    told = [await _when_last_seen(work, event.room_id, event.fact)]
                for fact in told:
                    await _project(work, event.room_id, fact)
                new = [events.attended(event.room_id, event.id, fact) for fact in told]
                work.events.append(stream, version, new, None)
            must_close = room.ended_at is not None and event.is_opening
            if must_close:
                await work.rooms.update(replace(room, media_closed=False))
        return must_close


async def _when_last_seen(work: CallsWork, room_id: RoomId, left: Left) -> Left:
    """A departure by silence began with the last packet, if that was seen."""
    stay = await work.attendance.stay(room_id, left.participant_sid)
    seen = stay.confirmed_at if stay is not None else None
    # Older than the patience of a media server: we were not looking, and know nothing better.
    if seen is None or not timedelta(0) < left.at - seen <= _PATIENCE:
        return left
    return replace(left, at=seen)


async def _lost_in(work: CallsWork, room_id: RoomId, finished: Finished) -> list[Fact]:
    """Who was there when the room closed, as far as was told, but was last seen before."""
    return [
        Lost(stay.session, stay.participant_sid, stay.identity, stay.confirmed_at)
        for stay in await work.attendance.open_in(room_id, finished.session)
        if stay.confirmed_at is not None and stay.confirmed_at < finished.at
    ]


async def _project(work: CallsWork, room_id: RoomId, fact: Fact) -> None:
    if isinstance(fact, Finished):
        await work.attendance.finish(room_id, fact.session, fact.at)
        return
    known = await work.attendance.stay(room_id, fact.participant_sid) or new_stay(fact)
    await work.attendance.put_stay(room_id, known.after(fact))
