"""Four participants for a while: memory, open files and threads of the media server stay put.

`make soak` runs five minutes (``SOAK_SECONDS``), CI two; the first minute, in which caches of
packets fill, does not count.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from tests.e2e import people
from tests.e2e.product import Product, running
from tests.e2e.sdk import client, until

SECONDS = float(os.environ.get("SOAK_SECONDS", "120"))
WARM_UP = 60.0
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}  # measuring coverage takes memory of its own
FRAMES_A_SECOND = 15
MOST_SLOPE_MB_A_MINUTE = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at a process."""

    at: float  # seconds
    rss: float  # MB
    files: int
    threads: int


def look(process: psutil.Process) -> Sample:
    with process.oneshot():
        rss = process.memory_info().rss / 1e6
        return Sample(time.monotonic(), rss, process.num_fds(), process.num_threads())


def slope_per_minute(samples: list[Sample]) -> float:
    """MB a minute, by least squares."""
    times = np.array([sample.at for sample in samples])
    sizes = np.array([sample.rss for sample in samples])
    return float(np.polyfit(times - times[0], sizes, 1)[0]) * 60


async def hold_a_call(product: Product) -> tuple[list[Sample], list[int]]:
    """Samples of the media server after the warm-up, and frames received in each view."""
    host = people.host(product, people.set_up(product))
    persons = [host, *(people.customer(product, f"Guest {n}") for n in range(3))]
    room = host.open_room("Soak")
    media = product.media_process()
    samples: list[Sample] = []
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(*p.join(room))) for p in persons]
        for number, member in enumerate(clients):
            await member.publish_video(640, 360, FRAMES_A_SECOND)
            await member.publish_tone(300 + 100 * number)
        await until(lambda: all(len(c.video) == 3 for c in clients), 20, "everybody sees all")
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            await asyncio.sleep(1)
            if time.monotonic() - began >= WARM_UP:
                samples.append(look(media))
        return samples, [received.frames for c in clients for received in c.video.values()]


async def test_four_participants_cost_no_more_with_time(tmp_path: Path) -> None:
    # An installation of its own: other tests leave memory behind in theirs.
    with running(tmp_path, extra=UNMEASURED) as product:
        samples, frames = await hold_a_call(product)
    slope = slope_per_minute(samples)
    files = {sample.files for sample in samples}
    threads = {sample.threads for sample in samples}
    print(
        f"\nsoak: {SECONDS:.0f} s, 4 participants, {min(frames)} to {max(frames)} frames a view; "
        f"media server RSS {samples[0].rss:.1f} to {samples[-1].rss:.1f} MB, "
        f"slope {slope:+.2f} MB/min, open files {sorted(files)}, threads {sorted(threads)}"
    )
    assert slope < MOST_SLOPE_MB_A_MINUTE
    assert len(files) == 1
    assert len(threads) == 1
    assert min(frames) > SECONDS * FRAMES_A_SECOND * 0.9
