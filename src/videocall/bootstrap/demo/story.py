"""The story's thread: what happens when, in the order of time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from videocall.bootstrap.demo.api import Api, Member
from videocall.bootstrap.demo.sources import StoryClock
from videocall.core.jobs import Job

Happening = Callable[[], Awaitable[None]]

TIDYING = timedelta(days=3)
"""How often the jobs of the application run in the story; in life it is seconds."""


@dataclass
class Cast:
    """Who is in the story."""

    admin: Member
    hosts: list[Member]
    customers: list[Member]


@dataclass
class Story:
    """Happenings that wait for their time; each may plan others."""

    api: Api
    clock: StoryClock
    chance: random.Random
    end: datetime
    jobs: Sequence[Job]
    counts: dict[str, int] = field(default_factory=dict)
    _waiting: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _planned: int = 0

    def plan(self, moment: datetime, happening: Happening) -> None:
        """Have it happen then; what would be after the end never happens."""
        if moment < self.end:
            self._planned += 1
            heapq.heappush(self._waiting, (moment, self._planned, happening))

    def later(self, least: float, most: float, happening: Happening) -> None:
        """Plan it between so many days from now."""
        days = self.chance.uniform(least, most)
        self.plan(self.clock.now() + timedelta(days=days), happening)

    def count(self, what: str) -> None:
        """Remember that this happened once more."""
        self.counts[what] = self.counts.get(what, 0) + 1

    async def until(self, moment: datetime) -> None:
        """Let happen what is planned before this moment, and tidy up now and then."""
        while self._waiting and self._waiting[0][0] < moment:
            at, _, happening = heapq.heappop(self._waiting)
            await self._tidy_until(at)
            self.clock.move_to(at)
            await happening()
        await self._tidy_until(moment)
        self.clock.move_to(moment)

    async def tidy(self) -> None:
        """Run every job of the application once."""
        for job in self.jobs:
            await job.run()

    async def _tidy_until(self, moment: datetime) -> None:
        while (following := self.clock.now() + TIDYING) < moment:
            self.clock.move_to(following)
            await self.tidy()
