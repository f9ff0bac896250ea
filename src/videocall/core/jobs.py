"""What a running application repeats by itself, such as sweepers; one failure stops none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from videocall.core.logs import get_logger

_LOG = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to repeat every ``seconds``; it must be safe to run in several processes."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


@asynccontextmanager
async def running(jobs: Sequence[Job]) -> AsyncIterator[None]:
    """Repeat the jobs while the block lasts, each at once and then after its pause."""
    tasks = [asyncio.create_task(_repeat(job), name=job.name) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(job: Job) -> None:
    while True:
        try:
            await job.run()
        except Exception:  # noqa: BLE001 - a sweeper goes on whatever happened
            _LOG.exception("a repeated job failed", job=job.name)
        await asyncio.sleep(job.seconds)
