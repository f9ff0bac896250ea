"""What a participant waits for, and what an idle one costs: measured on the whole product."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from tests.e2e import people
from tests.e2e.people import Person
from tests.e2e.product import Product, running
from tests.e2e.sdk import client, until

JOINS = 7
IDLE = 40


async def _first_frame(join: tuple[str, str], publisher: str) -> float:
    began = time.monotonic()
    async with client(*join) as late:
        await until(lambda: publisher in late.video and late.video[publisher].frames, 15, "frame")
        return time.monotonic() - began


async def _joins(product: Product, host: Person) -> str:
    room = host.open_room("Bench")
    times = []
    async with client(*host.join(room)) as publisher:
        await publisher.publish_video(1280, 720, 30)
        await asyncio.sleep(2)
        for _ in range(JOINS):
            guest = people.customer(product)
            times.append(await _first_frame(guest.join(room), host.id) * 1000)
    return (
        f"Join to first decoded frame (Python SDK, 720p, {JOINS} joins): "
        f"median {statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} ms"
    )


async def _idle(product: Product, host: Person) -> str:
    """Participants who neither send nor receive media, in rooms of ten."""
    media = product.media_process()
    rooms = [host.open_room(f"Idle {number}") for number in range(1 + IDLE // 10)]
    guests = [people.customer(product) for _ in range(IDLE)]
    async with AsyncExitStack() as warm_up:
        for guest in guests[:5]:
            await warm_up.enter_async_context(client(*guest.join(rooms[0])))
    await asyncio.sleep(1)
    before = media.memory_info().rss
    async with AsyncExitStack() as stack:
        for number, guest in enumerate(guests):
            join = guest.join(rooms[1 + number // 10])
            await stack.enter_async_context(client(*join))
        await asyncio.sleep(3)
        grown = media.memory_info().rss - before
        cpu = _cpu(media)
        await asyncio.sleep(10)
        cpu = (_cpu(media) - cpu) / 10
    return (
        f"Idle participant ({IDLE} in rooms of ten): {grown / IDLE / 1024:.0f} KB of RSS, "
        f"{cpu / IDLE * 1000:.2f} ms CPU a second in the media process"
    )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def measure(figure: Callable[[Product, Person], Coroutine[None, None, str]]) -> str:
    """Start an installation of its own, measure one figure, stop it."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as product:
        host = people.host(product, people.set_up(product))
        return asyncio.run(figure(product, host))


def figures() -> Iterator[str]:
    """One line a figure."""
    yield measure(_joins)
    yield measure(_idle)
