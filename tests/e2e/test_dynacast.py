"""Chromium stops the layers that nobody watches and starts them again, as the server tells it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser_room import Tab, tab
from tests.integration.media.conftest import local_config
from videocall.media.server import MediaServer


async def sending(sender: Tab, seconds: float = 2.0) -> set[str]:
    """The layers (rids) on which frames were sent in the next ``seconds``."""
    before = {e["rid"]: e["frames"] for e in await sender.call("sent")}
    await asyncio.sleep(seconds)
    after = {e["rid"]: e["frames"] for e in await sender.call("sent")}
    return {rid for rid, frames in after.items() if frames > before.get(rid, 0)}


async def sends(sender: Tab, layers: set[str], tries: int = 8) -> None:
    """Wait until exactly these layers are sent."""
    seen: Any = None
    for _ in range(tries):
        if (seen := await sending(sender)) == layers:
            return
    raise AssertionError(f"sent {seen}, not {layers}")


@pytest.mark.parametrize("single", [True, False], ids=["v1", "v0"])
async def test_layers_stop_and_start_with_the_demand(single: bool, tmp_path: Path) -> None:
    async with (
        MediaServer(local_config(), tick=0.1) as server,
        tab(server, tmp_path / "ann") as ann,
        tab(server, tmp_path / "ben") as ben,
    ):
        await ann.join("ann", dynacast=True, single=single)
        await ann.call("publish", {"videoCodec": "vp8", "simulcast": True})
        await ben.join("ben", single=single)
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 10)
        await sends(ann, {"q", "h", "f"})
        await ben.call("setQuality", "ann", "LOW")
        await sends(ann, {"q"})
        await ben.call("setEnabled", "ann", False)
        await sends(ann, set())
        before = (await ben.call("received", "ann"))["frames"]
        await ben.call("setEnabled", "ann", True)
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > before + 10)
        await ben.call("setQuality", "ann", "HIGH")
        await sends(ann, {"q", "h", "f"})
        await ben.eventually("received", "ann", holds=lambda r: r["height"] == 720)
        await ben.call("leave")
        await sends(ann, set())


async def test_an_adaptive_receiver_gets_what_its_picture_needs(tmp_path: Path) -> None:
    async with (
        MediaServer(local_config(), tick=0.1) as server,
        tab(server, tmp_path / "ann") as ann,
        tab(server, tmp_path / "ben") as ben,
    ):
        await ann.join("ann", dynacast=True)
        await ann.call("publish", {"videoCodec": "vp8", "simulcast": True})
        await ben.join("ben", adaptiveStream={"pixelDensity": 1})
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 10)
        await ben.call("resize", 200, 112)
        await sends(ann, {"q"})
        await ben.eventually("received", "ann", holds=lambda r: r["height"] == 180)
        await ben.call("resize", 1280, 720)
        await sends(ann, {"q", "h", "f"})
        await ben.eventually("received", "ann", holds=lambda r: r["height"] == 720)
        await ben.call("resize", 0, 0)  # out of sight
        await sends(ann, set())
        await ben.call("resize", 1280, 720)
        await sends(ann, {"q", "h", "f"})
