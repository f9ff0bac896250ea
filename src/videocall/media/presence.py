"""Who is really there: the last signs of life of each participant, for evidence. Memory only.

An extension of LiveKit's API (``/twirp/videocall.Presence/ListPresence``, JSON). Participants and
rooms stay listed for some minutes after their end; nothing of it survives the process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from livekit.protocol import models

from videocall.media.engine import Activity, Engine
from videocall.media.participant import Participant, State
from videocall.media.room import Room

KEPT_S = 900
MOST_IN_ROOM = 500
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Signs:
    """When each kind of packet last came, Unix milliseconds; None: never."""

    media_at_ms: int | None = None
    data_at_ms: int | None = None
    connectivity_at_ms: int | None = None

    @property
    def last_at_ms(self) -> int | None:
        """The latest of them."""
        moments = (self.media_at_ms, self.data_at_ms, self.connectivity_at_ms)
        return max((at for at in moments if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Presence:
    """One participant, there or gone. Times in Unix milliseconds."""

    room_sid: str
    sid: str
    identity: str
    state: str
    joined_at_ms: int
    signs: Signs
    left_at_ms: int | None = None
    reason: str | None = None  # of LiveKit's DisconnectReason

    def to_json(self) -> dict[str, object]:
        return {
            "room_sid": self.room_sid,
            "sid": self.sid,
            "identity": self.identity,
            "state": self.state,
            "joined_at_ms": self.joined_at_ms,
            "media_at_ms": self.signs.media_at_ms,
            "data_at_ms": self.signs.data_at_ms,
            "connectivity_at_ms": self.signs.connectivity_at_ms,
            "last_at_ms": self.signs.last_at_ms,
            "left_at_ms": self.left_at_ms,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class PastRoom:
    """A room that has ended."""

    sid: str
    created_at_ms: int
    ended_at_ms: int
    reason: str


@dataclass(slots=True)
class _Past:
    people: deque[Presence] = field(default_factory=lambda: deque(maxlen=MOST_IN_ROOM))
    rooms: deque[PastRoom] = field(default_factory=lambda: deque(maxlen=MOST_IN_ROOM))
    last_ms: int = 0


def signs_of(engine: Engine, participant: int, now_ms: int) -> Signs:
    """What the engine heard of a participant."""
    try:
        heard: Activity = engine.activity(participant)
    except KeyError:
        return Signs()
    ages = (heard.media_ms, heard.data_ms, heard.connectivity_ms)
    return Signs(*(None if age is None else now_ms - age for age in ages))


def present(room: Room, who: Participant, signs: Signs) -> Presence:
    """A participant that is there."""
    state = State.Name(who.state)
    return Presence(room.sid, who.sid, who.identity, state, who.joined_at_ms, signs)


class PresenceBook:
    """Those who have gone, by the names of rooms, for ``KEPT_S``; bounded."""

    def __init__(self) -> None:
        self._past: dict[str, _Past] = {}  # the one that changed last at the end

    def left(
        self,
        room: Room,
        who: Participant,
        signs: Signs,
        now_ms: int,
        reason: models.DisconnectReason,
    ) -> None:
        """A participant is about to be forgotten by the engine."""
        gone = Presence(
            room_sid=room.sid,
            sid=who.sid,
            identity=who.identity,
            state=State.Name(State.DISCONNECTED),
            joined_at_ms=who.joined_at_ms,
            signs=signs,
            left_at_ms=now_ms,
            reason=models.DisconnectReason.Name(reason),
        )
        self._of(room.name, now_ms).people.append(gone)

    def ended(self, room: Room, now_ms: int, reason: str) -> None:
        """A room has ended."""
        past = PastRoom(room.sid, room.created_at_ms, now_ms, reason)
        self._of(room.name, now_ms).rooms.append(past)

    def people(self, name: str, now_ms: int) -> Iterator[Presence]:
        """Those who left the room called ``name``, oldest first."""
        past, oldest = self._past.get(name), now_ms - KEPT_S * 1000
        return (p for p in (past.people if past else ()) if (p.left_at_ms or 0) >= oldest)

    def rooms(self, name: str, now_ms: int) -> Sequence[PastRoom]:
        """The ended rooms of that name, oldest first."""
        past, oldest = self._past.get(name), now_ms - KEPT_S * 1000
        return [r for r in (past.rooms if past else ()) if r.ended_at_ms >= oldest]

    def _of(self, name: str, now_ms: int) -> _Past:
        past = self._past.pop(name, None) or _Past()
        past.last_ms = now_ms
        self._past[name] = past
        while self._past:
            first, oldest = next(iter(self._past.items()))
            if len(self._past) <= MOST and oldest.last_ms >= now_ms - KEPT_S * 1000:
                break
            del self._past[first]
        return past
