"""Rooms: who manages them, who may join, where their media is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from videocall.core.access import Actor, UserId
from videocall.core.emails import email_key, normalise_email
from videocall.core.errors import FieldError

RoomId = NewType("RoomId", str)

MAX_ROOM_NAME_CHARACTERS = 120
MAX_INVITED = 500

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")


class RoomPolicy(StrEnum):
    """Who may join: everybody who is signed in and has the link, or invited people only."""

    SIGNED_IN = "signed_in"
    INVITED = "invited"


class RoomStatus(StrEnum):
    """Ended is for good."""

    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Room:
    """A room. ``media_closed`` tells whether the media server knows that it ended."""

    id: RoomId
    name: str
    policy: RoomPolicy
    host_id: UserId
    created_at: datetime
    ended_at: datetime | None = None
    media_closed: bool = False

    @property
    def status(self) -> RoomStatus:
        """Open until it is ended."""
        return RoomStatus.OPEN if self.ended_at is None else RoomStatus.ENDED

    def is_managed_by(self, actor: Actor) -> bool:
        """Its host and administrators rename, end and inspect it."""
        return actor.is_admin or actor.user_id == self.host_id

    def admits(self, actor: Actor, invited: Collection[str]) -> bool:
        """Whether the actor may join, by its policy and the addresses that are invited."""
        if self.is_managed_by(actor) or self.policy is RoomPolicy.SIGNED_IN:
            return True
        return email_key(actor.email) in {email_key(email) for email in invited}


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one person sees it; the invited only for those who manage it."""

    room: Room
    host_name: str
    invited: tuple[str, ...]
    participant_count: int
    can_manage: bool


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """Where browsers find the media server: a fixed URL, or a port on the host they asked for."""

    public_url: str
    port: int

    def for_host(self, host: str, *, secure: bool) -> str:
        """The ws(s) URL for somebody who reached the application under this Host header."""
        if self.public_url:
            return self.public_url
        match = _HOST.fullmatch(host)
        name = match[1] if match else "127.0.0.1"
        return f"{'wss' if secure else 'ws'}://{name}:{self.port}"


def room_name_errors(name: str) -> list[FieldError]:
    """What is wrong with the name of a room."""
    stripped = name.strip()
    if not stripped:
        return [FieldError("name", "too_short", "A name has at least one character.")]
    if len(stripped) > MAX_ROOM_NAME_CHARACTERS:
        words = f"At most {MAX_ROOM_NAME_CHARACTERS} characters."
        return [FieldError("name", "too_long", words)]
    if not stripped.isprintable():
        return [FieldError("name", "format", "A name has no control characters.")]
    return []


def invited_errors(invited: Sequence[str]) -> list[FieldError]:
    """What is wrong with a list of addresses, each by its place."""
    if len(invited) > MAX_INVITED:
        return [FieldError("invited", "too_long", f"At most {MAX_INVITED} entries.")]
    return [
        FieldError(f"invited[{place}]", "format", "This is not an e-mail address.")
        for place, email in enumerate(invited)
        if normalise_email(email) is None
    ]


def clean_invited(invited: Sequence[str]) -> tuple[str, ...]:
    """The addresses to store, each once, in the order given."""
    found = {email_key(text): text for text in filter(None, map(normalise_email, invited))}
    return tuple(found.values())
