"""What one domain brings to the application; sources of time, ids and secrets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from litestar import Controller
from litestar.types import ASGIApp

from videocall.core.clock import Clock, SystemClock
from videocall.core.context import current_request_id
from videocall.core.events.feed import EventFeed
from videocall.core.events.store import EventSource
from videocall.core.http.kept import FindKept
from videocall.core.ids import Ids, Uuid7Ids
from videocall.core.jobs import Job
from videocall.core.security.one_time import RandomSecrets, Secrets


@dataclass(frozen=True, slots=True)
class Sources:
    """Where time, ids and secrets come from; tests hand in their own."""

    clock: Clock
    ids: Ids
    secrets: Secrets
    feed: EventFeed = field(default_factory=EventFeed)

    @property
    def events(self) -> EventSource:
        """What stamps events, and tells listeners of this process."""
        return EventSource(self.ids, self.clock, current_request_id, self.feed)


def system_sources() -> Sources:
    """Those of the machine."""
    return Sources(SystemClock(), Uuid7Ids(), RandomSecrets())


async def _nothing_to_close() -> None:
    return


@dataclass(frozen=True, slots=True)
class Part:
    """Controllers, the services that they name as dependencies, and what repeats by itself.

    ``middleware`` stands around the controllers of this part only, ``options`` are what those
    around them may ask; ``kept`` are collections (by
    their whole path) that may be answered from memory, in front of everything else.
    """

    controllers: tuple[type[Controller], ...] = ()
    services: Mapping[str, object] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    close: Callable[[], Awaitable[None]] = _nothing_to_close
    middleware: tuple[Callable[[ASGIApp], ASGIApp], ...] = ()
    options: Mapping[str, bool] = field(default_factory=dict)
    kept: Mapping[str, FindKept] = field(default_factory=dict)
