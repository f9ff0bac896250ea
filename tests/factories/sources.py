"""Time that is moved by hand, and where ids and secrets come from in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from videocall.bootstrap.parts import Sources
from videocall.core.ids import Uuid7Ids
from videocall.core.security.one_time import RandomSecrets

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Move on; the new time."""
        self._now += timedelta(seconds=seconds)
        return self._now


def sources(clock: MovedClock) -> Sources:
    """Real ids and secrets, with this clock."""
    return Sources(clock, Uuid7Ids(), RandomSecrets())
