"""Attendance: who was in a call from when to when, as a fold over what the media server told.

Facts may come late, twice and in any order: the fold gives the same intervals for all orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant (one connection of a person, by its sid) joined."""

    session: str  # the media server's sid of the room: a room that is reopened gets a new one
    participant_sid: str
    identity: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A participant left; ``joined_at`` is what the media server remembers of the join."""

    session: str
    participant_sid: str
    identity: str
    joined_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """The room closed on the media server: nobody is in it any more."""

    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """A participant has gone and nobody told when: ``at`` is when it was last seen alive."""

    session: str
    participant_sid: str
    identity: str
    at: datetime


Fact = Joined | Left | Finished | Lost


@dataclass(frozen=True, slots=True)
class Interval:
    """One stay of one participant; ``left_at`` None while it lasts."""

    participant_sid: str
    session: str
    identity: str
    joined_at: datetime
    left_at: datetime | None

    def seconds(self, now: datetime) -> int:
        """How long it lasted, until now while it lasts."""
        return max(0, int(((self.left_at or now) - self.joined_at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Stay:
    """What is known of one participant so far: any of its moments may still be missing.

    ``confirmed_at`` is when it was last seen alive: no fact, it becomes one when it is lost.
    """

    participant_sid: str
    session: str
    identity: str
    joined_at: datetime | None = None
    left_at: datetime | None = None
    lost_at: datetime | None = None
    confirmed_at: datetime | None = None

    def after(self, fact: Joined | Left | Lost) -> Stay:
        """With one more fact; the earliest of repeated moments counts."""
        if isinstance(fact, Joined):
            return replace(self, joined_at=_earlier(self.joined_at, fact.at))
        if isinstance(fact, Lost):
            return replace(self, lost_at=_earlier(self.lost_at, fact.at))
        return replace(
            self,
            joined_at=_earlier(self.joined_at, fact.joined_at),
            left_at=_earlier(self.left_at, fact.at),
        )

    def interval(self, finished_at: datetime | None) -> Interval:
        """The interval, given when the room closed; it never ends before it begins.

        What the media server says of the end outweighs what was seen.
        """
        end = self.left_at or _earlier(self.lost_at, finished_at)
        # A leave alone, from a server that remembers no join, is a stay of no length.
        start = self.joined_at or end
        if start is None:
            message = f"nothing is known of {self.participant_sid}"
            raise ValueError(message)
        end = max(start, end) if end is not None else None
        return Interval(self.participant_sid, self.session, self.identity, start, end)


@dataclass(frozen=True, slots=True)
class Attendance:
    """All stays of a room and the ends of its sessions."""

    stays: Mapping[str, Stay] = field(default_factory=dict)
    finished: Mapping[str, datetime] = field(default_factory=dict)

    def after(self, fact: Fact) -> Attendance:
        """With one more fact."""
        if isinstance(fact, Finished):
            known = self.finished.get(fact.session)
            moment = fact.at if known is None else min(known, fact.at)
            return replace(self, finished={**self.finished, fact.session: moment})
        stay = self.stays.get(fact.participant_sid) or new_stay(fact)
        return replace(self, stays={**self.stays, fact.participant_sid: stay.after(fact)})

    def intervals(self) -> list[Interval]:
        """All intervals, by the time of joining."""
        found = [stay.interval(self.finished.get(stay.session)) for stay in self.stays.values()]
        return sorted(found, key=lambda item: (item.joined_at, item.participant_sid))


def fold(facts: Iterable[Fact]) -> Attendance:
    """The attendance after all facts."""
    attendance = Attendance()
    for fact in facts:
        attendance = attendance.after(fact)
    return attendance


def new_stay(fact: Joined | Left | Lost) -> Stay:
    """An empty stay of the participant that the fact is about."""
    return Stay(fact.participant_sid, fact.session, fact.identity)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
