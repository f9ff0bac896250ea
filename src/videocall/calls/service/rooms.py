"""Rooms: opening, listing, changing, ending and joining them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from videocall.calls import events
from videocall.calls.errors import RoomEnded
from videocall.calls.interfaces import (
    Caller,
    CallsUnits,
    JoinGrant,
    JoinTicket,
    JoinTokens,
    MediaRooms,
    PeopleNames,
    RoomChange,
)
from videocall.calls.model.rooms import (
    MediaAddress,
    Room,
    RoomId,
    RoomPolicy,
    RoomStatus,
    RoomView,
    clean_invited,
    invited_errors,
    room_name_errors,
)
from videocall.calls.service.access import admitted, locked
from videocall.calls.service.closing import RoomCloser
from videocall.core.access import Actor
from videocall.core.clock import Clock
from videocall.core.errors import FieldError, Forbidden, ValidationFailed
from videocall.core.ids import Ids
from videocall.core.paging import Page, PageRequest, page_of


class RoomService:
    """Rooms of all hosts."""

    def __init__(
        self,
        units: CallsUnits,
        people: PeopleNames,
        media: MediaRooms,
        tokens: JoinTokens,
        closer: RoomCloser,
        address: MediaAddress,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._units = units
        self._people = people
        self._media = media
        self._tokens = tokens
        self._closer = closer
        self._address = address
        self._ids = ids
        self._clock = clock

    async def create(
        self, actor: Actor, name: str, policy: RoomPolicy, invited: Sequence[str]
    ) -> RoomView:
        if not actor.may_host:
            raise Forbidden("Only hosts open rooms. Ask the administrator to make you one.")
        _raise_if_wrong([*room_name_errors(name), *invited_errors(invited)])
        room = Room(
            id=RoomId(self._ids.new()),
            name=name.strip(),
            policy=policy,
            host_id=actor.user_id,
            created_at=self._clock.now(),
        )
        addresses = clean_invited(invited)
        async with self._units.write() as work:
            await work.rooms.add(room, addresses)
            opened = [events.room_created(room)]
            work.events.append(events.room_stream(room.id), 0, opened, actor.user_id)
        return RoomView(room, actor.name, tuple(sorted(addresses)), 0, can_manage=True)

    async def list_rooms(
        self, actor: Actor, page: PageRequest, status: RoomStatus | None
    ) -> Page[RoomView]:
        async with self._units.read() as work:
            found = await work.rooms.visible_to(actor, page, status)
            cut = page_of(found, [room.id for room in found], page.limit)
            ids = [room.id for room in cut.items]
            invited = await work.rooms.invited(ids)
            present = await work.attendance.present(ids)
        views = await self._views(actor, cut.items, invited, present)
        return Page(views, cut.next_cursor)

    async def get(self, actor: Actor, room_id: RoomId) -> RoomView:
        async with self._units.read() as work:
            room, invited = await admitted(work, actor, room_id)
            present = await work.attendance.present([room_id])
        return (await self._views(actor, [room], {room_id: invited}, present))[0]

    async def update(self, actor: Actor, room_id: RoomId, change: RoomChange) -> RoomView:
        wrong = room_name_errors(change.name) if change.name is not None else []
        _raise_if_wrong([*wrong, *invited_errors(change.invited or ())])
        async with self._units.write() as work:
            room = await locked(work, actor, room_id)
            if room.status is RoomStatus.ENDED:
                raise RoomEnded
            changed = replace(
                room,
                name=change.name.strip() if change.name is not None else room.name,
                policy=change.policy or room.policy,
            )
            await work.rooms.update(changed)
            if change.invited is not None:
                await work.rooms.set_invited(room_id, clean_invited(change.invited))
            told = [events.room_changed(changed, invited_changed=change.invited is not None)]
            work.events.append(events.room_stream(room_id), None, told, actor.user_id)
        return await self.get(actor, room_id)

    async def end(self, actor: Actor, room_id: RoomId) -> None:
        async with self._units.write() as work:
            room = await locked(work, actor, room_id)
            if room.status is RoomStatus.OPEN:
                room = replace(room, ended_at=self._clock.now())
                await work.rooms.update(room)
                told = [events.room_ended(room)]
                work.events.append(events.room_stream(room_id), None, told, actor.user_id)
        if not room.media_closed:
            await self._closer.close(room_id)

    async def join(self, actor: Actor, room_id: RoomId, caller: Caller) -> JoinTicket:
        room = await self._joinable(actor, room_id)
        await self._media.open(room_id)
        # Ended while the media server made the room: ending wins.
        try:
            room = await self._joinable(actor, room_id)
        except RoomEnded:
            await self._closer.close(room_id)
            raise
        grant = JoinGrant(room_id, actor.user_id, actor.name, room.is_managed_by(actor))
        return JoinTicket(
            url=self._address.for_host(caller.host, secure=caller.secure),
            token=self._tokens.mint(grant),
            room=room_id,
            identity=actor.user_id,
        )

    async def _joinable(self, actor: Actor, room_id: RoomId) -> Room:
        async with self._units.read() as work:
            room, _ = await admitted(work, actor, room_id)
        if room.status is RoomStatus.ENDED:
            raise RoomEnded
        return room

    async def _views(
        self,
        actor: Actor,
        rooms: Sequence[Room],
        invited: Mapping[RoomId, Sequence[str]],
        present: Mapping[RoomId, int],
    ) -> list[RoomView]:
        names = await self._people.names({room.host_id for room in rooms})
        return [
            RoomView(
                room=room,
                host_name=names.get(room.host_id, ""),
                invited=tuple(invited.get(room.id, ())) if room.is_managed_by(actor) else (),
                participant_count=present.get(room.id, 0),
                can_manage=room.is_managed_by(actor),
            )
            for room in rooms
        ]


def _raise_if_wrong(wrong: Sequence[FieldError]) -> None:
    if wrong:
        raise ValidationFailed(fields=wrong)
