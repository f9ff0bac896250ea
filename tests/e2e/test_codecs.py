"""Each video codec of browsers is forwarded, at the layer that is wished for."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.e2e.browser import page_of, profile
from tests.e2e.browser_sdk import blank, call
from tests.e2e.people import Person
from tests.e2e.product import Product

FRAMES = 30
WITHIN = 30.0  # seconds


async def decoded(page: Page, identity: str) -> str:
    """The MIME type under which enough frames of a participant were decoded."""
    deadline = time.monotonic() + WITHIN
    while (seen := await call(page, "decoded", identity))["frames"] < FRAMES:
        assert time.monotonic() < deadline, f"too few frames: {seen}"
        await asyncio.sleep(0.2)
    return str(seen["codec"])


@pytest.mark.parametrize("codec", ["vp8", "h264", "vp9", "av1"])
async def test_a_codec_reaches_the_other_browser(
    codec: str, product: Product, host: Person, customer: Person, tmp_path: Path
) -> None:
    room = host.open_room(f"In {codec}")
    async with profile(tmp_path / "one") as one, profile(tmp_path / "other") as other:
        sender, receiver = page_of(one), page_of(other)
        await asyncio.gather(blank(sender, product), blank(receiver, product))
        await call(receiver, "listen", *customer.join(room))
        await call(sender, "publish", *host.join(room), codec)
        assert await decoded(receiver, host.id) == f"video/{codec.upper()}"


async def shown(page: Page, identity: str, height: int) -> float:
    """Wait until frames of this height are decoded, thirty of them; seconds frozen so far."""
    deadline = time.monotonic() + WITHIN
    since: int | None = None
    while True:
        seen = await call(page, "decoded", identity)
        if seen["height"] != height:
            since = None
        elif since is None:
            since = int(seen["frames"])
        elif seen["frames"] >= since + FRAMES:
            return float(seen["frozen"])
        assert time.monotonic() < deadline, f"not {height} lines: {seen}"
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("codec", ["vp8", "vp9", "av1"])
async def test_the_picture_follows_the_quality_that_is_wished_for(
    codec: str, product: Product, host: Person, customer: Person, tmp_path: Path
) -> None:
    room = host.open_room(f"Layers of {codec}")
    async with profile(tmp_path / "one") as one, profile(tmp_path / "other") as other:
        sender, receiver = page_of(one), page_of(other)
        await asyncio.gather(blank(sender, product), blank(receiver, product))
        await call(receiver, "listen", *customer.join(room))
        await call(sender, "publish", *host.join(room), codec)
        frozen = await shown(receiver, host.id, 720)
        for quality, height in ((0, 180), (1, 360), (2, 720), (0, 180), (2, 720)):
            await call(receiver, "wish", host.id, quality)
            frozen = await shown(receiver, host.id, height)
        assert frozen < 3.0, "seconds, over five changes"
