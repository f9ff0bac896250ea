"""`videocall media` in a namespace: started, killed and started again on the same ports."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.e2e.product import COMMAND
from tests.network.links import Link, Network

PORT = 7880
SETTINGS = {"LIVEKIT_KEYS": "", "COVERAGE_PROCESS_CONFIG": "", "VIDEOCALL_MEDIA__TCP_PORT": "7881"}


@dataclass
class Server:
    """A media server with LiveKit's public key pair for development."""

    network: Network
    folder: Path
    running: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        """Everything that it has printed."""
        return (self.folder / "media.log").read_text(errors="replace")

    @property
    def process(self) -> psutil.Process:
        """The process that serves."""
        assert self.running is not None
        top = psutil.Process(self.running.pid)
        return next(iter(top.children(recursive=True)), top)

    def url(self, link: Link) -> str:
        """Where a client behind ``link`` finds it."""
        return f"ws://{link.gateway}:{PORT}"

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        before = self.log.count("media_ready") if (self.folder / "media.log").exists() else 0
        options = ("--dev", "--media-host=0.0.0.0", f"--media-port={PORT}", "--rtc-port=7882")
        with (self.folder / "media.log").open("ab") as out:
            self.running = await asyncio.create_subprocess_exec(
                *(*self.network.command, str(COMMAND), "media", *options),
                *("--data-dir", str(self.folder / "data")),
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **SETTINGS},
            )
        async with asyncio.timeout(30):
            while self.log.count("media_ready") == before:
                assert self.running.returncode is None, self.log[-2000:]
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it without a word, as a crash does."""
        assert self.running is not None
        if self.running.returncode is None:
            self.running.kill()
        await self.running.wait()

    def faults(self) -> list[str]:
        """Lines of its log that tell of a panic or an error."""
        wrong = re.compile(r"panick|Traceback|\berror\b", re.IGNORECASE)
        return [line for line in self.log.splitlines() if wrong.search(line)]


@asynccontextmanager
async def serving(network: Network, folder: Path) -> AsyncIterator[Server]:
    """A media server for the length of a ``with``."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(network, folder)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
