"""What a participant waits for, and what an idle one costs: measured on the whole product."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from tests.e2e import people
from tests.e2e.product import running
from tests.e2e.sdk import client, until

JOINS = 7
IDLE = 40


async def _first_frame(join: tuple[str, str], publisher: str) -> float:
    began = time.monotonic()
    async with client(*join) as late:
        await until(lambda: publisher in late.video and late.video[publisher].frames, 15, "frame")
        return time.monotonic() - began


async def _measure(folder: Path) -> list[str]:
    with running(folder) as product:
        host = people.host(product, people.set_up(product))
        room = host.open_room("Bench")
        media = product.media_process()
        times = []
        async with client(*host.join(room)) as publisher:
            await publisher.publish_video(1280, 720, 30)
            await asyncio.sleep(2)
            for _ in range(JOINS):
                guest = people.customer(product)
                times.append(await _first_frame(guest.join(room), host.id) * 1000)
        idle_room = host.open_room("Idle")
        guests = [people.customer(product) for _ in range(IDLE)]
        before = media.memory_info().rss
        async with AsyncExitStack() as stack:
            for guest in guests:
                await stack.enter_async_context(client(*guest.join(idle_room)))
            await asyncio.sleep(3)
            cpu = sum(media.cpu_times()[:2])
            await asyncio.sleep(10)
            cpu = (sum(media.cpu_times()[:2]) - cpu) / 10
            grown = media.memory_info().rss - before
    median = statistics.median(times)
    return [
        f"Join to first decoded frame (Python SDK, 720p, {JOINS} joins): median {median:.0f} ms, "
        f"{min(times):.0f} to {max(times):.0f} ms",
        f"Idle participant ({IDLE} in one room): {grown / IDLE / 1024:.0f} KB of RSS, "
        f"{cpu / IDLE * 1000:.2f} ms CPU a second in the media process",
    ]


def measure() -> list[str]:
    """Start an installation, measure, stop it; one line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))
