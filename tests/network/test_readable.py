"""A shared screen with text and motion can be read by its receiver, at each layer of VP9 and AV1.

What the receiver's page shows is photographed and read by tesseract; the pictures stay for people.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from tests.network.browser import Browser, browser
from tests.network.links import Network
from tests.network.record import FULL, ROOT
from tests.network.server import Server

LINES = (
    "The quick brown fox jumps over the lazy dog",
    "Invoice 2041 is due on the first of May",
    "Chapter seven: of rivers and their bridges",
    "Please read this line to the whole class",
)
OUTPUT = ROOT / ("docs/media/screens" if FULL else "test-results/screens")
LEAST_READ = 0.9
QUALITIES = ("LOW", "MEDIUM", "HIGH")


def read(picture: Path) -> set[str]:
    """The words that tesseract finds, in lower case."""
    command = ["tesseract", str(picture), "-", "--psm", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(re.findall(r"[a-z0-9]+", done.stdout.lower()))


async def photograph(ben: Browser, path: Path) -> float:
    """Take a picture of what the page shows; the share of the words that can be read in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    await ben.page.locator("#ann-screen_share").screenshot(path=path)
    words = set(re.findall(r"[a-z0-9]+", " ".join(LINES).lower()))
    return len(words & await asyncio.to_thread(read, path)) / len(words)


async def readable(ben: Browser, path: Path, seconds: float = 15) -> float:
    """The best share of words within ``seconds``: a screen sharpens while it stands still."""
    best = 0.0
    for _ in range(int(seconds / 1.5)):
        await asyncio.sleep(1.5)
        best = max(best, await photograph(ben, path))
        if best >= LEAST_READ:
            break
    return best


@pytest.mark.parametrize("codec", ["vp9", "av1"])
async def test_a_shared_screen_can_be_read_at_each_layer(
    codec: str, net: Network, server: Server, tmp_path: Path
) -> None:
    first, second = net.links[:2]
    shares: dict[str, float] = {}
    async with (
        browser(server, first, tmp_path / "ann") as ann,
        browser(server, second, tmp_path / "ben") as ben,
    ):
        await ben.page.set_viewport_size({"width": 1280, "height": 720})
        await ben.join("ben")
        await ann.join("ann")
        await ann.call("screen", LINES, {"videoCodec": codec, "backupCodec": False})
        await ben.until("ann", lambda s: s.frames > 10, 30, source="screen_share")
        for quality in QUALITIES:
            await ben.call("quality", "ann", quality)
            await asyncio.sleep(2)
            name = f"{codec}-{quality.lower()}"
            shares[name] = await readable(ben, OUTPUT / f"{name}.png")
            seen = (await ben.received("ann", "screen_share"))[-1]
            print(f"\nscreen {name}: {seen.width}x{seen.height}, {100 * shares[name]:.0f} % read")
    assert all(share >= LEAST_READ for share in shares.values()), shares
