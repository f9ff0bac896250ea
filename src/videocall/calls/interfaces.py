"""The doors of the calls domain, and what its services need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from videocall.calls.model.attendance import Fact, Interval, Stay
from videocall.calls.model.rooms import Room, RoomId, RoomPolicy, RoomStatus, RoomView
from videocall.core.access import Actor, UserId
from videocall.core.db.work import UnitsOfWork
from videocall.core.events.model import NewEvent, StoredEvent
from videocall.core.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class RoomChange:
    """What to change of a room; None leaves it."""

    name: str | None = None
    policy: RoomPolicy | None = None
    invited: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """How somebody reached the application: the media server is looked for on the same host."""

    host: str
    secure: bool


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """All that a LiveKit client needs."""

    url: str
    token: str
    room: str
    identity: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """One stay of one person; ``user_id`` None for an identity that is no account."""

    interval: Interval
    user_id: UserId | None
    name: str
    seconds: int


class Rooms(Protocol):
    """Rooms and joining them."""

    async def create(
        self, actor: Actor, name: str, policy: RoomPolicy, invited: Sequence[str]
    ) -> RoomView:
        """Open a room; raises Forbidden, ValidationFailed."""
        ...

    async def list_rooms(
        self, actor: Actor, page: PageRequest, status: RoomStatus | None
    ) -> Page[RoomView]:
        """One's own rooms and those one is invited to; administrators see all."""
        ...

    async def get(self, actor: Actor, room_id: RoomId) -> RoomView:
        """A room that the actor may join; else raises RoomNotFound."""
        ...

    async def update(self, actor: Actor, room_id: RoomId, change: RoomChange) -> RoomView:
        """Raises RoomNotFound, Forbidden, RoomEnded, ValidationFailed."""
        ...

    async def end(self, actor: Actor, room_id: RoomId) -> None:
        """End it for good and send everybody out; again is no error. As update otherwise."""
        ...

    async def join(self, actor: Actor, room_id: RoomId, caller: Caller) -> JoinTicket:
        """A ticket into the call; raises RoomNotFound, RoomEnded, MediaUnavailable."""
        ...


class Moderation(Protocol):
    """What those who manage a room may do to people in its call.

    Both raise RoomNotFound, Forbidden, PersonNotInCall, MediaUnavailable.
    """

    async def mute(self, actor: Actor, room_id: RoomId, person: UserId) -> None:
        """Switch the person's microphone off; they may switch it on again."""
        ...

    async def send_out(self, actor: Actor, room_id: RoomId, person: UserId) -> None:
        """Send the person out of the call; who may join the room may come back."""
        ...


class AttendanceBook(Protocol):
    """Who was there."""

    async def attendance(self, actor: Actor, room_id: RoomId) -> Sequence[Attendee]:
        """All stays, by the time of joining; raises RoomNotFound, Forbidden."""
        ...

    async def receive(self, body: str, authorization: str) -> None:
        """Take a webhook of the media server; raises WebhookInvalid. Repeats are no error."""
        ...


class PeopleNames(Protocol):
    """What calls needs to know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...


class MediaRooms(Protocol):
    """The media server's rooms. All raise MediaUnavailable when it does not answer."""

    async def open(self, room_id: RoomId) -> None:
        """Make sure that the room exists; people may connect to it."""
        ...

    async def close(self, room_id: RoomId) -> None:
        """Send everybody out and forget the room; a room that is not there is closed."""
        ...

    async def mute(self, room_id: RoomId, person: UserId) -> None:
        """Switch the person's microphone off; raises PersonNotInCall."""
        ...

    async def send_out(self, room_id: RoomId, person: UserId) -> None:
        """End the person's connection; raises PersonNotInCall."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A participant that the media server knows: its last sign of life, and whether it left."""

    participant_sid: str
    at: datetime
    has_left: bool = False


class PresenceSource(Protocol):
    """Who is really in a room, as the media server sees it."""

    async def seen(self, room_id: RoomId) -> Sequence[Seen]:
        """Who is there, and maybe who left lately; raises MediaUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class JoinGrant:
    """What a token allows: everybody publishes and subscribes, managers moderate too."""

    room_id: RoomId
    identity: UserId
    name: str
    is_manager: bool


class JoinTokens(Protocol):
    """Makes the media server's access tokens."""

    def mint(self, grant: JoinGrant) -> str: ...


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """A webhook that was checked. ``fact`` None: it says nothing about attendance."""

    id: str
    room_id: RoomId
    fact: Fact | None
    is_opening: bool  # the room, or somebody in it, has just come to life
    is_lost: bool = False  # the participant fell silent: noticed some time after its last packet


class WebhookReader(Protocol):
    """Checks and reads webhooks."""

    def read(self, body: str, authorization: str) -> MediaEvent | None:
        """None for an event about no room; raises WebhookInvalid."""
        ...


class RoomRepository(Protocol):
    """Rooms in the database."""

    async def add(self, room: Room, invited: Sequence[str]) -> None: ...

    async def get(self, room_id: RoomId) -> Room | None: ...

    async def lock(self, room_id: RoomId) -> Room | None:
        """As get, and nobody else changes it until the transaction ends."""
        ...

    async def update(self, room: Room) -> None: ...

    async def invited(self, room_ids: Collection[RoomId]) -> Mapping[RoomId, Sequence[str]]: ...

    async def set_invited(self, room_id: RoomId, invited: Sequence[str]) -> None: ...

    async def visible_to(
        self, actor: Actor, page: PageRequest, status: RoomStatus | None
    ) -> Sequence[Room]:
        """Newest first, one more than the limit when there are more."""
        ...

    async def ended_with_media(self, limit: int) -> Sequence[Room]:
        """Ended rooms that the media server may still have."""
        ...


class AttendanceRepository(Protocol):
    """The projection of attendance streams, and the receipts of webhooks."""

    async def receipt(self, webhook_id: str, now: datetime) -> bool:
        """Note a webhook; False when it was noted before."""
        ...

    async def forget_receipts(self, before: datetime) -> None: ...

    async def stay(self, room_id: RoomId, participant_sid: str) -> Stay | None: ...

    async def open_stays(self, after: RoomId | None, limit: int) -> Sequence[tuple[RoomId, Stay]]:
        """Who is there as far as is known, by room; of the rooms behind ``after``."""
        ...

    async def open_in(self, room_id: RoomId, session: str) -> Sequence[Stay]:
        """Who is in one session of a room as far as is known."""
        ...

    async def confirm(self, moments: Sequence[tuple[RoomId, str, datetime]]) -> None:
        """Note when participants (by sid) were seen alive; the latest moment stays."""
        ...

    async def put_stay(self, room_id: RoomId, stay: Stay) -> None: ...

    async def finish(self, room_id: RoomId, session: str, at: datetime) -> None:
        """Note when a session of the media server ended; the earliest moment counts."""
        ...

    async def intervals(self, room_id: RoomId) -> Sequence[Interval]:
        """All intervals, by the time of joining."""
        ...

    async def present(self, room_ids: Collection[RoomId]) -> Mapping[RoomId, int]:
        """How many are in each room now; rooms with nobody are left out."""
        ...


class EventLog(Protocol):
    """The event log of the transaction."""

    async def version(self, stream: str) -> int: ...

    async def stream(self, stream: str) -> Sequence[StoredEvent]: ...

    def append(
        self, stream: str, expected_version: int | None, new: Sequence[NewEvent], actor: str | None
    ) -> None: ...


class CallsWork(Protocol):
    """One transaction of the calls domain."""

    @property
    def rooms(self) -> RoomRepository: ...

    @property
    def attendance(self) -> AttendanceRepository: ...

    @property
    def events(self) -> EventLog: ...


CallsUnits = UnitsOfWork[CallsWork]
