"""Narrow links: the layer follows what fits, for each subscriber apart, the screen first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.network.browser import LAYERS, Sample, browser
from tests.network.links import Network
from tests.network.record import FULL, Record, between, frozen
from tests.network.server import Server

NARROW_KBIT = 500
LOWEST, HIGHEST = LAYERS[0].height, LAYERS[-1].height
DOWN_WITHIN_S, UP_WITHIN_S = 5.0, 15.0
HOLD_S = 30 if FULL else 8


def moves(samples: Sequence[Sample], start: float, seconds: float) -> float:
    """The longest time in a window that passed without a new picture."""
    seen = between(samples, start, start + seconds)
    longest, last = 0.0, seen[0]
    for old, new in pairwise(seen):
        if new.frames != old.frames:
            longest, last = max(longest, new.at - last.at), new
    return max(longest, seen[-1].at - last.at)


async def test_the_layer_follows_the_link_and_another_subscriber_keeps_his(
    net: Network, server: Server, tmp_path: Path
) -> None:
    good, narrow, other = net.links[:3]
    async with (
        browser(server, good, tmp_path / "ann") as ann,
        browser(server, narrow, tmp_path / "ben") as ben,
        browser(server, other, tmp_path / "eve") as eve,
    ):
        await asyncio.gather(ben.join("ben"), eve.join("eve"))
        await ann.join("ann")
        await ann.camera(LAYERS)
        began = await ben.until("ann", lambda s: s.height == HIGHEST, 40)
        await eve.until("ann", lambda s: s.height == HIGHEST, 40)
        await asyncio.sleep(3)
        narrow.narrow(NARROW_KBIT)
        cut = time.time()
        down = await ben.until("ann", lambda s: s.height <= LOWEST, 30, since=cut) - cut
        await asyncio.sleep(max(0.0, cut + HOLD_S - time.time()))
        narrow.narrow(None)
        wide = time.time()
        up = await ben.until("ann", lambda s: s.height == HIGHEST, 60, since=wide) - wide
        await asyncio.sleep(2)
        ben_saw, eve_saw = await ben.received("ann"), await eve.received("ann")
    held = between(ben_saw, cut + DOWN_WITHIN_S, wide)
    undisturbed = between(eve_saw, cut, wide)
    highest = sum(one.height == HIGHEST for one in undisturbed) / len(undisturbed)
    lines = {"behind 500 kbit/s": ben_saw, "behind a good link": eve_saw}
    record = Record("width", "A link cut to 500 kbit/s, and back", began)
    record.received = dict(lines)
    record.mark(cut, "500 kbit/s")
    record.mark(wide, "wide again")
    record.figures = {
        "lowest_layer_after_seconds": round(down, 2),
        "highest_layer_after_seconds": round(up, 2),
        "still_seconds_while_narrow": round(moves(ben_saw, cut + DOWN_WITHIN_S, wide - cut - 5), 2),
        "percent_of_highest_layer_of_the_other": round(100 * highest),
        "frozen_seconds_of_the_other": round(frozen(undisturbed), 2),
    }
    record.write()
    assert down <= DOWN_WITHIN_S
    assert up <= UP_WITHIN_S
    assert held[-1].frames > held[0].frames
    # An encoder that lacks CPU scales its picture down by itself, or stops for a moment.
    assert highest >= 0.9
    assert frozen(undisturbed) <= 0.1 * (wide - cut) + 1


async def test_a_shared_screen_comes_before_the_camera_on_a_narrow_link(
    net: Network, server: Server, tmp_path: Path
) -> None:
    good, narrow = net.links[:2]
    async with (
        browser(server, good, tmp_path / "ann") as ann,
        browser(server, narrow, tmp_path / "ben") as ben,
    ):
        await ben.join("ben")
        await ann.join("ann")
        await ann.camera(LAYERS)
        await ann.call("screen", ["A shared screen"], {"videoCodec": "vp8", "simulcast": False})
        began = await ben.until("ann", lambda s: s.height == HIGHEST, 40)
        await ben.until("ann", lambda s: s.height == 720, 40, source="screen_share")
        narrow.narrow(NARROW_KBIT)
        cut = time.time()
        await asyncio.sleep(5 + HOLD_S)
        camera = await ben.received("ann")
        screen = await ben.received("ann", "screen_share")
    end = cut + 5 + HOLD_S
    late = between(screen, cut + 5, end)
    shown = (late[-1].frames - late[0].frames) / (late[-1].at - late[0].at)
    record = Record("screen", "Camera and shared screen on 500 kbit/s", began)
    record.received = {"camera": camera, "screen": screen}
    record.mark(cut, "500 kbit/s")
    record.figures = {
        "screen_frames_per_second": round(shown, 1),
        "screen_frozen_seconds": round(frozen(late), 2),
        "camera_height": camera[-1].height,
        "camera_paused": str(camera[-1].paused).lower(),
    }
    record.write()
    assert late[-1].height == 720
    assert not late[-1].paused
    assert shown >= 2
