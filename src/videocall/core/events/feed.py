"""Telling listeners of this process what was committed (see `tail` for other processes)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from videocall.core.events.model import EventData
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Announced:
    """An event that was committed, here or in another process."""

    type: str
    stream: str
    data: EventData


Listener: TypeAlias = Callable[[Announced], Awaitable[None]]
Resync: TypeAlias = Callable[[], Awaitable[None]]


class EventFeed:
    """Calls who listens, in the order of listening; one that fails stops no other.

    Listeners are for what can be made again, such as caches: they may hear an event twice, and
    `resync` (forget everything) comes where some may have been missed.
    """

    def __init__(self) -> None:
        self._listeners: list[tuple[tuple[str, ...], Listener, Resync]] = []

    def listen(self, types: Sequence[str], listener: Listener, resync: Resync) -> None:
        """Hear events whose type begins with one of ``types``."""
        self._listeners.append((tuple(types), listener, resync))

    async def announce(self, committed: Sequence[Announced]) -> None:
        """Tell of events right after their commit, before anybody is answered."""
        for types, listener, _ in self._listeners:
            for event in committed:
                if event.type.startswith(types):
                    await _shielded(listener, event)

    async def resync(self) -> None:
        """Tell all listeners that they may have missed something."""
        for _, _, resync in self._listeners:
            try:
                await resync()
            except Exception:  # noqa: BLE001 - the others hear it all the same
                _LOG.exception("a listener could not start anew")


async def _shielded(listener: Listener, event: Announced) -> None:
    try:
        await listener(event)
    except Exception:  # noqa: BLE001 - the command is committed, whatever a listener does
        _LOG.exception("a listener of events failed", type=event.type)
