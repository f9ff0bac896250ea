"""A clock that is set by hand, and ids that a seed decides."""

from __future__ import annotations

import random
import uuid
from datetime import datetime

from videocall.bootstrap.parts import Sources
from videocall.calls.errors import PersonNotInCall
from videocall.calls.model.rooms import RoomId
from videocall.core.access import UserId
from videocall.core.clock import Clock
from videocall.core.security.one_time import RandomSecrets


class StoryClock:
    """Stands where the story is; it only moves on."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go there, unless the story is further already."""
        self._now = max(self._now, moment)


class SeededIds:
    """UUIDv7 of the story's time, growing also within a millisecond (RFC 9562, 6.2 method 1)."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 - a demo is the same each time
        self._last = 0
        self._count = 0

    def new(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        self._count = self._count + 1 if milliseconds == self._last else 0
        self._last = milliseconds
        # 48 bits of time, version 7, 12 bits that count, variant, 62 random bits.
        value = milliseconds << 80 | 7 << 76 | (self._count & 0xFFF) << 64 | 2 << 62
        return str(uuid.UUID(int=value | self._random.getrandbits(62)))


class NoMedia:
    """The media server of the past: rooms open and close without it."""

    async def open(self, room_id: RoomId) -> None:
        """Nothing to open."""

    async def close(self, room_id: RoomId) -> None:
        """Nothing to close."""

    async def mute(self, room_id: RoomId, person: UserId) -> None:
        """Nobody is there to be muted."""
        raise PersonNotInCall

    async def send_out(self, room_id: RoomId, person: UserId) -> None:
        """Nobody is there to be sent out."""
        raise PersonNotInCall


def story_sources(clock: StoryClock, seed: int) -> Sources:
    """Time and ids of the story; secrets are real ones."""
    return Sources(clock, SeededIds(clock, seed), RandomSecrets())
