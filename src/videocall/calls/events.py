"""What the calls domain tells: ids and times, no names or addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from videocall.calls.model.attendance import Fact, Finished, Joined, Left, Lost
from videocall.calls.model.rooms import Room, RoomId
from videocall.core.access import UserId
from videocall.core.events.model import EventData, NewEvent, StoredEvent

_JOINED = "calls.participant_joined.v1"
_LEFT = "calls.participant_left.v1"
_LOST = "calls.participant_lost.v1"
_FINISHED = "calls.media_session_finished.v1"


def room_stream(room_id: RoomId) -> str:
    """The stream of what people did with a room."""
    return f"room:{room_id}"


def attendance_stream(room_id: RoomId) -> str:
    """The stream of who was in a room."""
    return f"attendance:{room_id}"


def room_created(room: Room) -> NewEvent:
    """A host opened a room."""
    return NewEvent(
        "calls.room_created.v1",
        {"room_id": room.id, "host_id": room.host_id, "policy": room.policy.value},
    )


def room_changed(room: Room, *, invited_changed: bool) -> NewEvent:
    """Name, policy or invitations changed."""
    return NewEvent(
        "calls.room_changed.v1",
        {"room_id": room.id, "policy": room.policy.value, "invited_changed": invited_changed},
    )


def room_ended(room: Room) -> NewEvent:
    """The room was ended for good."""
    return NewEvent("calls.room_ended.v1", {"room_id": room.id})


def person_muted(room_id: RoomId, person: UserId) -> NewEvent:
    """Somebody who manages the room switched a person's microphone off."""
    return NewEvent("calls.person_muted.v1", {"room_id": room_id, "user_id": person})


def person_sent_out(room_id: RoomId, person: UserId) -> NewEvent:
    """Somebody who manages the room sent a person out of the call."""
    return NewEvent("calls.person_sent_out.v1", {"room_id": room_id, "user_id": person})


def attended(room_id: RoomId, webhook_id: str, fact: Fact) -> NewEvent:
    """One fact of attendance, with the id of the webhook (or the question) that told it."""
    data: dict[str, str | None] = {
        "room_id": room_id,
        "webhook_id": webhook_id,
        "session": fact.session,
        "at": fact.at.isoformat(),
    }
    if isinstance(fact, Finished):
        return NewEvent(_FINISHED, data)
    data |= {"participant_sid": fact.participant_sid, "identity": fact.identity}
    if isinstance(fact, Joined):
        return NewEvent(_JOINED, data)
    if isinstance(fact, Lost):
        return NewEvent(_LOST, data)
    joined_at = fact.joined_at.isoformat() if fact.joined_at is not None else None
    return NewEvent(_LEFT, data | {"joined_at": joined_at})


def facts(stored: Iterable[StoredEvent]) -> Iterator[Fact]:
    """The facts of an attendance stream, to fold."""
    for event in stored:
        data = event.data
        if event.type == _FINISHED:
            yield Finished(_text(data, "session"), _time(data, "at"))
        elif event.type == _JOINED:
            yield Joined(*_who(data), _time(data, "at"))
        elif event.type == _LOST:
            yield Lost(*_who(data), _time(data, "at"))
        elif event.type == _LEFT:
            joined_at = _time(data, "joined_at") if data["joined_at"] is not None else None
            yield Left(*_who(data), joined_at, _time(data, "at"))


def _who(data: EventData) -> tuple[str, str, str]:
    return _text(data, "session"), _text(data, "participant_sid"), _text(data, "identity")


def _text(data: EventData, key: str) -> str:
    return str(data[key])


def _time(data: EventData, key: str) -> datetime:
    return datetime.fromisoformat(_text(data, key))
