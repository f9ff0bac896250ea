"""Chromium at the end of a link, and what it writes down of its reception."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from livekit import api
from playwright.async_api import Page, async_playwright

from tests.e2e.browser import CHROMIUM, DEVICES, QUIET, write_tone
from tests.e2e.browser_sdk import LIBRARY
from tests.network.camera import write_camera
from tests.network.links import Link
from tests.network.server import Server
from videocall.media.config import DEV_KEY, DEV_SECRET

SCRIPT = Path(__file__).with_suffix(".js")


@dataclass(frozen=True, slots=True)
class Layer:
    """One simulcast encoding: height in pixels, bits and frames a second."""

    height: int
    bps: int
    fps: int = 15


LAYERS = (Layer(135, 120_000), Layer(270, 400_000), Layer(540, 1_200_000))
# For cases that are not about layers: three encoders of the above take a core.
SMALL = (Layer(90, 80_000), Layer(180, 250_000), Layer(360, 700_000))


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at one received track; counters grow from its subscription on. Seconds, bytes."""

    at: float
    source: str
    bytes: int
    lost: int
    packets: int
    frames: int
    height: int
    width: int
    freezes: int
    frozen: float
    heard: int
    concealed: int
    paused: bool


def dev_token(identity: str, room: str = "room") -> str:
    """A token with LiveKit's public key pair for development."""
    grants = api.VideoGrants(room_join=True, room=room)
    return api.AccessToken(DEV_KEY, DEV_SECRET).with_identity(identity).with_grants(grants).to_jwt()


@dataclass
class Browser:
    """One participant in Chromium."""

    page: Page
    server: Server
    link: Link

    async def call(self, name: str, *arguments: object) -> Any:
        """Run one of the functions of browser.js."""
        script = "([name, values]) => window.network[name](...values)"
        return await self.page.evaluate(script, [name, list(arguments)])

    async def join(self, identity: str, **options: Any) -> None:
        """Connect with the ``options`` of the SDK's Room."""
        await self.call("join", self.server.url(self.link), dev_token(identity), options)

    async def camera(self, layers: Sequence[Layer] = SMALL, **options: Any) -> None:
        """Publish the camera in simulcast."""
        await self.call("camera", [asdict(one) for one in layers], options)

    async def received(
        self, identity: str, source: str = "camera", since: float = 0
    ) -> list[Sample]:
        """What was seen of a participant's track, oldest first; ``since`` is UNIX time."""
        rows = await self.call("samples", since)
        mine = [row for row in rows if row["from"] == identity and row["source"] == source]
        fields = Sample.__slots__
        return [Sample(**{name: row[name] for name in fields}) for row in mine]

    async def until(
        self,
        identity: str,
        holds: Callable[[Sample], bool],
        seconds: float,
        *,
        source: str = "camera",
        since: float | None = None,
    ) -> float:
        """UNIX time of the first sample from now (or ``since``) for which ``holds`` is true.

        Raises:
            AssertionError: there was none in time.
        """
        begin = time.time() if since is None else since
        while True:
            samples = await self.received(identity, source, begin)
            found = next((one for one in samples if holds(one)), None)
            if found:
                return found.at
            assert time.time() < begin + seconds, f"not in {seconds} s; last: {samples[-1:]}"
            await asyncio.sleep(0.25)


@asynccontextmanager
async def browser(server: Server, link: Link, folder: Path) -> AsyncIterator[Browser]:
    """A Chromium with a camera and a microphone behind ``link``."""
    folder.mkdir(parents=True, exist_ok=True)
    wrapper = folder / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec {" ".join(link.command)} {CHROMIUM} "$@"\n')
    wrapper.chmod(0o755)
    origin = server.url(link).replace("ws", "http", 1)
    camera, tone = write_camera(folder / "camera.y4m"), write_tone(folder / "tone.wav")
    arguments = [
        *(*QUIET, *DEVICES, f"--use-file-for-fake-video-capture={camera}"),
        f"--use-file-for-fake-audio-capture={tone}",
        # Without it only localhost and TLS may use a camera.
        f"--unsafely-treat-insecure-origin-as-secure={origin}",
    ]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            str(folder / "profile"), executable_path=wrapper, headless=True, args=arguments
        )
        try:
            page = context.pages[0]
            await page.add_init_script(path=LIBRARY)
            await page.add_init_script(path=SCRIPT)
            await page.goto(origin)
            yield Browser(page, server, link)
        finally:
            await context.close()
