"""Moderation of a running call: the media server acts, the log remembers who asked for it."""

from __future__ import annotations

from videocall.calls import events
from videocall.calls.interfaces import CallsUnits, MediaRooms
from videocall.calls.model.rooms import RoomId
from videocall.calls.service.access import managed
from videocall.core.access import Actor, UserId
from videocall.core.events.model import NewEvent


class ModerationService:
    """Muting people and sending them out."""

    def __init__(self, units: CallsUnits, media: MediaRooms) -> None:
        self._units = units
        self._media = media

    async def mute(self, actor: Actor, room_id: RoomId, person: UserId) -> None:
        await self._check(actor, room_id)
        await self._media.mute(room_id, person)
        await self._note(actor, room_id, events.person_muted(room_id, person))

    async def send_out(self, actor: Actor, room_id: RoomId, person: UserId) -> None:
        await self._check(actor, room_id)
        await self._media.send_out(room_id, person)
        await self._note(actor, room_id, events.person_sent_out(room_id, person))

    async def _check(self, actor: Actor, room_id: RoomId) -> None:
        async with self._units.read() as work:
            await managed(work, actor, room_id)

    async def _note(self, actor: Actor, room_id: RoomId, told: NewEvent) -> None:
        async with self._units.write() as work:
            work.events.append(events.room_stream(room_id), None, [told], actor.user_id)
