"""Who may see and who may manage a room; to everybody else it is not there."""

from __future__ import annotations

from collections.abc import Sequence

from videocall.calls.errors import RoomNotFound
from videocall.calls.interfaces import CallsWork
from videocall.calls.model.rooms import Room, RoomId
from videocall.core.access import Actor
from videocall.core.errors import Forbidden


async def admitted(work: CallsWork, actor: Actor, room_id: RoomId) -> tuple[Room, Sequence[str]]:
    """The room and whom it invites; raises RoomNotFound for who may not join."""
    room = await work.rooms.get(room_id)
    invited = (await work.rooms.invited([room_id])).get(room_id, ())
    if room is None or not room.admits(actor, invited):
        raise RoomNotFound
    return room, invited


async def managed(work: CallsWork, actor: Actor, room_id: RoomId) -> Room:
    """The room; raises RoomNotFound, and Forbidden for who may join but not manage it."""
    room, _ = await admitted(work, actor, room_id)
    if not room.is_managed_by(actor):
        raise Forbidden("Only its host and administrators may do this.")
    return room


async def locked(work: CallsWork, actor: Actor, room_id: RoomId) -> Room:
    """As managed, and nobody else changes the room until the transaction ends."""
    await managed(work, actor, room_id)
    room = await work.rooms.lock(room_id)
    if room is None:
        raise RoomNotFound
    return room
