"""A session's signal connection, which may break and be replaced while the session goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from livekit.protocol import models, rtc

_MISSED = 500  # departures remembered for one detached client


class SignalSink(Protocol):
    """The signal connection of the moment."""

    def send(self, response: rtc.SignalResponse) -> None: ...

    def close(self, code: int, reason: str) -> None:
        """Send what was queued, then close. Safe to repeat."""


class SignalLink:
    """Sends where there is a connection; without one it waits ``window`` seconds for another."""

    def __init__(self, sink: SignalSink, now: Callable[[], float], window: float) -> None:
        self._sink: SignalSink | None = sink
        self._now = now
        self._window = window
        self._resume_by: float | None = None
        self._missed: list[models.ParticipantInfo] = []

    @property
    def attached(self) -> bool:
        return self._sink is not None

    def carried_by(self, sink: SignalSink) -> bool:
        """Whether ``sink`` is the connection of the moment, and not one that was replaced."""
        return self._sink is sink

    def send(self, response: rtc.SignalResponse) -> None:
        """Queue a message; while detached only departures are kept, the resume tells the rest."""
        if self._sink is not None:
            self._sink.send(response)
        elif response.HasField("update"):
            gone = [p for p in response.update.participants if _left(p)]
            self._missed = (self._missed + gone)[-_MISSED:]

    def take_over(self, sink: SignalSink) -> list[models.ParticipantInfo]:
        """``sink`` carries the session from now on; returns the departures missed meanwhile."""
        old, self._sink = self._sink, sink
        if old is not None and old is not sink:
            old.close(1000, "resumed on another connection")
        self._resume_by = None
        missed, self._missed = self._missed, []
        return missed

    def keep(self, missed: list[models.ParticipantInfo]) -> None:
        """These departures could not be told after all."""
        self._missed = missed + self._missed

    def lost(self, sink: SignalSink) -> None:
        """``sink`` is gone; nothing happens if it was replaced already."""
        if self._sink is sink:
            self._sink = None
            self.await_resume()

    def drop(self, last: rtc.SignalResponse | None = None) -> None:
        """Close the connection, after one ``last`` message if any, and wait for another one."""
        sink, self._sink = self._sink, None
        if sink is not None:
            if last is not None:
                sink.send(last)
            sink.close(1000 if last is not None else 1001, "signal connection dropped")
        self.await_resume()

    def end(self, reason: str) -> None:
        """The session is over."""
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close(1000, reason)

    def await_resume(self) -> None:
        """Start the window in which another connection must come."""
        if self._resume_by is None:
            self._resume_by = self._now() + self._window

    def given_up(self, now: float) -> bool:
        """Whether the window has passed."""
        return self._resume_by is not None and now >= self._resume_by


def _left(info: models.ParticipantInfo) -> bool:
    return info.state == models.ParticipantInfo.State.DISCONNECTED
