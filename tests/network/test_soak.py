"""A call that never rests: joins, leaves, resumes, layer changes and 2 % of loss, all at once.

CI holds it for a minute, `make soak` for half an hour (``SOAK_SECONDS``). Afterwards nothing may
have grown, no track may stand still, and the server's log must tell of no error.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
from livekit import rtc

from tests.e2e.sdk import Client, Received, client
from tests.network.browser import Browser, browser, dev_token
from tests.network.links import Link, Network
from tests.network.record import FULL, OUTPUT
from tests.network.server import Server

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
WARM_UP = SECONDS / 3 if SECONDS < 300 else 120.0
LOSS_PERCENT = 2
STAYING = ("bob", "cat")
FRAMES_A_SECOND = 10
STUCK_AFTER_S = 15.0
MOST_SLOPE_MB_A_MINUTE = 1.0
# A minute is short for a slope: what arenas of the allocator take at first is more than a leak's.
MOST_GROWTH_MB = max(8.0, MOST_SLOPE_MB_A_MINUTE * SECONDS / 60)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the server, between two rounds."""

    at: float  # seconds since the beginning
    rss: float  # MB
    files: int
    threads: int


@dataclass
class Soak:
    """What the rounds did and saw."""

    began: float = field(default_factory=time.monotonic)
    samples: list[Sample] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def look(self, process: psutil.Process) -> None:
        with process.oneshot():
            rss = process.memory_info().rss / 1e6
            files, threads = process.num_fds(), process.num_threads()
        self.samples.append(Sample(self.seconds, rss, files, threads))


def growth(counts: list[int]) -> float:
    """From the first third's median to the last's: sockets kept alive come and go in between."""
    third = max(1, len(counts) // 3)
    return float(np.median(counts[-third:]) - np.median(counts[:third]))


def slope(samples: list[Sample]) -> float:
    """MB a minute, by least squares."""
    times = np.array([one.at for one in samples])
    return float(np.polyfit(times, np.array([one.rss for one in samples]), 1)[0]) * 60


async def flowing(received: Received, what: str) -> None:
    """Wait for new pictures of a track: a track that stands still is stuck."""
    before, since = received.frames, time.monotonic()
    while received.frames < before + 3:
        assert time.monotonic() - since < STUCK_AFTER_S, f"stuck: {what}"
        await asyncio.sleep(0.1)


async def seen(one: Client, identity: str) -> Received:
    """What a program gets of somebody, as soon as it gets anything."""
    since = time.monotonic()
    while identity not in one.video:
        assert time.monotonic() - since < STUCK_AFTER_S, f"{identity} was never seen"
        await asyncio.sleep(0.1)
    return one.video[identity]


async def everything_flows(ann: Browser, programs: dict[str, Client]) -> None:
    """Each stayer sees pictures of each other one that come now."""
    waits: list[Awaitable[object]] = []
    for name, one in programs.items():
        for other in ("ann", *STAYING):
            if other != name:
                waits.append(flowing(await seen(one, other), f"{other} at {name}"))
    for name in STAYING:
        waits.append(more(ann, name))
    await asyncio.gather(*waits)


async def more(ann: Browser, identity: str) -> None:
    """Wait for new pictures at the browser, also of a track that was published anew meanwhile."""
    since = time.time()
    while True:
        rows = await ann.received(identity, since=since)
        if sum(max(0, new.frames - old.frames) for old, new in pairwise(rows)) >= 3:
            return
        assert time.time() - since < STUCK_AFTER_S, f"stuck: {identity} at ann, {rows[-1:]}"
        await asyncio.sleep(0.25)


async def visitor(server: Server, here: Link, number: int) -> None:
    """Somebody comes, publishes, sees everybody who stays, and goes."""
    async with client(server.url(here), dev_token(f"visitor{number}")) as one:
        await one.publish_video(320, 180, FRAMES_A_SECOND)
        for name in STAYING:
            await flowing(await seen(one, name), f"{name} at a visitor")


async def resume(one: Client) -> None:
    """The program's signalling breaks off and comes back."""
    back = asyncio.Event()
    one.room.once("reconnected", back.set)
    await one.room.simulate_scenario(rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT)
    await asyncio.wait_for(back.wait(), STUCK_AFTER_S)


@asynccontextmanager
async def call(
    server: Server, net: Network, folder: Path
) -> AsyncIterator[tuple[Browser, dict[str, Client]]]:
    """Chromium behind a link that loses packets, and two programs that stay."""
    lossy, here = net.links[0], net.links[-1]
    bob, cat = (client(server.url(here), dev_token(name)) for name in STAYING)
    async with browser(server, lossy, folder / "ann") as ann, bob as first, cat as second:
        await ann.join("ann")
        await ann.camera()
        await ann.call("microphone")
        for one in (first, second):
            await one.publish_video(640, 360, FRAMES_A_SECOND, simulcast=True)
            await one.publish_tone(440)
        lossy.lose(LOSS_PERCENT)
        yield ann, dict(zip(STAYING, (first, second), strict=True))


async def one_round(
    soak: Soak, server: Server, net: Network, ann: Browser, programs: dict[str, Client]
) -> None:
    """A visit, a change of layers, a resume by turns; then everything must flow."""
    number = soak.done.get("rounds", 0)
    await visitor(server, net.links[-1], number)
    soak.count("joins and leaves")
    chosen = random.Random(number)
    for name in STAYING:
        await ann.call("quality", name, chosen.choice(("LOW", "MEDIUM", "HIGH")))
        soak.count("layer changes")
    if number % 2:
        await ann.call("simulate", "signal-reconnect")
        soak.count("resumes")
    elif FULL:
        await resume(programs["bob"])
        soak.count("resumes")
    await everything_flows(ann, programs)
    soak.count("rounds")


async def test_a_restless_call_leaks_nothing_and_no_track_gets_stuck(
    net: Network, server: Server, tmp_path: Path
) -> None:
    soak = Soak()
    async with call(server, net, tmp_path) as (ann, programs):
        await everything_flows(ann, programs)
        while soak.seconds < SECONDS:
            await one_round(soak, server, net, ann, programs)
            soak.look(server.process)
    warm = [one for one in soak.samples if one.at >= WARM_UP] or soak.samples[-1:]
    grown = growth([one.files for one in warm])
    figures = {
        "seconds": round(soak.seconds),
        **soak.done,
        "loss_percent": LOSS_PERCENT,
        "rss_mb": [round(warm[0].rss, 1), round(warm[-1].rss, 1)],
        "slope_mb_a_minute": round(slope(warm), 3) if len(warm) > 2 else None,
        "files": [min(one.files for one in warm), max(one.files for one in warm)],
        "files_growth": grown,
        "threads": sorted({one.threads for one in warm}),
    }
    print(f"\nsoak: {json.dumps(figures)}")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "soak.json").write_text(json.dumps(figures, indent=1) + "\n")
    assert soak.done["rounds"] >= 2
    assert warm[-1].rss - warm[0].rss < MOST_GROWTH_MB
    assert not FULL or slope(warm) < MOST_SLOPE_MB_A_MINUTE
    assert grown <= 4
    assert len({one.threads for one in warm}) == 1
