"""Loss: pictures stand still for at most a twentieth of the time, sound goes on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.network.browser import browser
from tests.network.links import Network
from tests.network.record import FULL, Record, between, frozen
from tests.network.server import Server

SECONDS = 60 if FULL else 16
MOST_FROZEN = 0.05
MOST_CONCEALED = 0.15  # of 10 % lost packets; RED repairs most of them


async def test_five_percent_of_loss_freeze_at_most_five_percent(
    net: Network, server: Server, tmp_path: Path
) -> None:
    good, bad = net.links[:2]
    async with (
        browser(server, good, tmp_path / "ann") as ann,
        browser(server, bad, tmp_path / "ben") as ben,
    ):
        await ben.join("ben")
        await ann.join("ann")
        await ann.camera()
        began = await ben.until("ann", lambda s: s.height == 360, 40)
        await asyncio.sleep(3)
        bad.lose(5)
        start = time.time()
        await asyncio.sleep(SECONDS)
        samples = await ben.received("ann")
    window = between(samples, start, start + SECONDS)
    record = Record("loss", "5 % of packets lost, both ways", began, {"behind the loss": samples})
    record.mark(start, "5 % loss")
    seconds = frozen(window)
    record.figures = {
        "seconds": SECONDS,
        "frozen_seconds": round(seconds, 2),
        "frozen_percent": round(100 * seconds / SECONDS, 2),
        "frames": window[-1].frames - window[0].frames,
        "packets_lost_before_repair": window[-1].lost - window[0].lost,
    }
    record.write()
    assert seconds <= MOST_FROZEN * SECONDS
    assert window[-1].frames > window[0].frames


async def test_sound_goes_on_through_ten_percent_of_loss(
    net: Network, server: Server, tmp_path: Path
) -> None:
    good, bad = net.links[:2]
    async with (
        browser(server, good, tmp_path / "ann") as ann,
        browser(server, bad, tmp_path / "ben") as ben,
    ):
        await ben.join("ben")
        await ann.join("ann")
        await ann.call("microphone")
        began = await ben.until("ann", lambda s: s.heard > 96_000, 30, source="microphone")
        bad.lose(10)
        start = time.time()
        await asyncio.sleep(SECONDS / 2)
        samples = await ben.received("ann", "microphone", began)
    window = between(samples, start, start + SECONDS)
    heard = window[-1].heard - window[0].heard
    concealed = (window[-1].concealed - window[0].concealed) / max(1, heard)
    record = Record("sound", "Sound over 10 % of loss", began, {"behind the loss": samples})
    record.mark(start, "10 % loss")
    record.figures = {
        "seconds": SECONDS / 2,
        "concealed_percent": round(100 * concealed, 2),
        "played_seconds": round(heard / 48_000, 1),
    }
    record.write()
    assert heard > 0.8 * 48_000 * (window[-1].at - window[0].at)
    assert concealed <= MOST_CONCEALED
