"""Shapes of the calls API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from videocall.calls.interfaces import Attendee, JoinTicket, RoomChange
from videocall.calls.model.rooms import RoomPolicy, RoomStatus, RoomView

RoomName = Annotated[str, Meta(min_length=1, max_length=500, examples=["Maths with Ana"])]
Invited = Annotated[
    list[str], Meta(max_length=500, description="E-mail addresses of those who may join")
]


class HostBody(msgspec.Struct, frozen=True):
    """Who opened a room."""

    id: str
    name: str


class RoomBody(msgspec.Struct, frozen=True):
    """A room; `invited` is only shown to those who manage it."""

    id: str
    name: str
    policy: RoomPolicy
    status: RoomStatus
    host: HostBody
    invited: list[str]
    participant_count: int
    can_manage: bool
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, view: RoomView) -> RoomBody:
        """The room as the API shows it."""
        room = view.room
        return cls(
            id=room.id,
            name=room.name,
            policy=room.policy,
            status=room.status,
            host=HostBody(room.host_id, view.host_name),
            invited=list(view.invited),
            participant_count=view.participant_count,
            can_manage=view.can_manage,
            created_at=room.created_at,
            ended_at=room.ended_at,
        )


class RoomPage(msgspec.Struct, frozen=True):
    """Some rooms, newest first."""

    items: list[RoomBody]
    next_cursor: str | None


class NewRoomBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A room to open."""

    name: RoomName
    policy: RoomPolicy = RoomPolicy.SIGNED_IN
    invited: Invited = []


class RoomChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: RoomName | None = None
    policy: RoomPolicy | None = None
    invited: Invited | None = None

    def change(self) -> RoomChange:
        """As the service takes it."""
        return RoomChange(self.name, self.policy, self.invited)


class JoinBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing yet."""


class JoinAnswer(msgspec.Struct, frozen=True):
    """What a LiveKit client connects with."""

    url: str
    token: str
    room: str
    identity: str

    @classmethod
    def of(cls, ticket: JoinTicket) -> JoinAnswer:
        """The ticket as the API shows it."""
        return cls(ticket.url, ticket.token, ticket.room, ticket.identity)


class AttendeeBody(msgspec.Struct, frozen=True):
    """One stay of one person; `left_at` null while it lasts."""

    participant_sid: str
    identity: str
    user_id: str | None
    name: str
    joined_at: datetime
    left_at: datetime | None
    seconds: int

    @classmethod
    def of(cls, attendee: Attendee) -> AttendeeBody:
        """The stay as the API shows it."""
        stay = attendee.interval
        return cls(
            participant_sid=stay.participant_sid,
            identity=stay.identity,
            user_id=attendee.user_id,
            name=attendee.name,
            joined_at=stay.joined_at,
            left_at=stay.left_at,
            seconds=attendee.seconds,
        )


class AttendanceBody(msgspec.Struct, frozen=True):
    """All stays of a room, by the time of joining."""

    items: list[AttendeeBody]
