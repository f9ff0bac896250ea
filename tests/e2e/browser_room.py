"""Chromium tabs with the published browser SDK, against a media server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Page

from tests.e2e.browser import page_of, profile
from tests.e2e.browser_sdk import LIBRARY
from tests.integration.media.tokens import token

SCRIPT = Path(__file__).with_suffix(".js")
_WITHOUT = """
for (const name of ["createOffer", "createAnswer"]) {
  const original = RTCPeerConnection.prototype[name];
  RTCPeerConnection.prototype[name] = function (...values) {
    const { codecs } = RTCRtpReceiver.getCapabilities("video");
    const kept = codecs.filter((one) => one.mimeType !== "video/%s");
    for (const one of this.getTransceivers()) {
      const sends = ["sendonly", "sendrecv"].includes(one.direction);
      if (one.receiver.track.kind === "video" && !sends) one.setCodecPreferences(kept);
    }
    return original.apply(this, values);
  };
}
"""


class Address(Protocol):
    """A media server, in this process or another."""

    @property
    def url(self) -> str: ...


class Tab:
    """One tab with one participant; ``tab.call("publish", ...)`` runs browser_room.js."""

    def __init__(self, page: Page, server: Address) -> None:
        self.page = page
        self.server = server

    async def call(self, name: str, *arguments: object) -> Any:
        script = "([name, values]) => window.caller[name](...values)"
        return await self.page.evaluate(script, [name, list(arguments)])

    async def join(self, identity: str, room: str = "room", **options: Any) -> None:
        """Connect with the ``options`` of the SDK's Room; ``single`` picks the signal version."""
        options["singlePeerConnection"] = options.pop("single", True)
        await self.call("connect", self.server.url, token(identity, room), options)

    async def eventually(
        self, name: str, *arguments: object, holds: Callable[[Any], bool], seconds: float = 20
    ) -> Any:
        """The first answer of a function for which ``holds`` is true."""
        deadline = time.monotonic() + seconds
        while not holds(answer := await self.call(name, *arguments)):
            assert time.monotonic() < deadline, f"{name}: {answer}"
            await asyncio.sleep(0.2)
        return answer


async def cannot_decode(page: Page, codec: str) -> None:
    """Take a codec ("AV1") from what the page's peer connections receive; before ``goto``."""
    await page.add_init_script(_WITHOUT.replace("%s", codec))


@asynccontextmanager
async def tab(server: Address, folder: Path, lacks: str = "") -> AsyncIterator[Tab]:
    """A browser of its own for the length of a ``with``, on the server's own page.

    ``lacks`` names a video codec ("AV1") that it can't decode.
    """
    async with profile(folder) as context:
        page = page_of(context)
        await page.add_init_script(path=LIBRARY)
        await page.add_init_script(path=SCRIPT)
        if lacks:
            await cannot_decode(page, lacks)
        await page.goto(server.url.replace("ws", "http", 1) + "/")
        yield Tab(page, server)
