"""Four participants for a while: memory, open files and threads of the media server stay put.

`make soak` runs five minutes (``SOAK_SECONDS``) and looks at what follows the first of them; CI
runs one minute and looks at its second half.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

import numpy as np
import psutil

from tests.e2e import people
from tests.e2e.people import Person
from tests.e2e.product import Product
from tests.e2e.sdk import client, until

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
WARM_UP = 60.0 if SECONDS >= 180 else SECONDS / 2
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


async def test_four_participants_cost_no_more_with_time(
    product: Product, admin: Person, host: Person
) -> None:
    room = host.open_room("Soak")
    persons = [host, *(people.customer(product, f"Guest {n}") for n in range(3))]
    media = product.media_process()
    samples: list[Sample] = []
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(*p.join(room))) for p in persons]
        for number, member in enumerate(clients):
            await member.publish_video(640, 360, 15)
            await member.publish_tone(300 + 100 * number)
        await until(lambda: all(len(c.video) == 3 for c in clients), 20, "everybody sees all")
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            await asyncio.sleep(1)
            if time.monotonic() - began >= WARM_UP:
                samples.append(look(media))
        frames = [received.frames for c in clients for received in c.video.values()]
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
    assert min(frames) > SECONDS * 15 * 0.9
