"""A media server that is killed and started again has everybody back within ten seconds."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser_room import Tab, tab
from tests.e2e.sdk import Client, client
from tests.integration.media.tokens import KEY, SECRET, token

BACK_WITHIN_S = 10.0
_CODE = """
import sys
from videocall.media.config import MediaConfig
from videocall.media.main import run
run(MediaConfig(
    host="127.0.0.1", port=int(sys.argv[1]), rtc_host="127.0.0.1", rtc_port=int(sys.argv[2]),
    keys={sys.argv[3]: sys.argv[4]},
))
"""


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """A media server of its own on ports that it keeps over restarts."""

    port: int
    rtc_port: int
    running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _CODE, str(self.port), str(self.rtc_port), KEY, SECRET),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self.running.stdout is not None
        async with asyncio.timeout(30):
            while b"media_ready" not in (line := await self.running.stdout.readline()):
                assert line, "the process ended before it was ready"

    async def end(self, number: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(number)
        async with asyncio.timeout(15):
            await self.running.communicate()


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    made = Process(free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM))
    await made.start()
    yield made
    await made.end(signal.SIGKILL)


async def both_see_each_other(browser: Tab, program: Client, seconds: float) -> None:
    """Wait until new pictures of each come to the other."""
    frames = program.video["ann"].frames if "ann" in program.video else 0
    deadline = time.monotonic() + seconds
    await browser.eventually("received", "ben", holds=lambda r: r["frames"] > 5, seconds=seconds)
    while "ann" not in program.video or program.video["ann"].frames <= frames + 5:
        assert time.monotonic() < deadline, "no new pictures of the browser"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_everybody_is_back_after_a_restart(
    number: signal.Signals, process: Process, tmp_path: Path
) -> None:
    async with (
        tab(process, tmp_path / "ann") as ann,
        client(process.url, token("ben")) as ben,
    ):
        await ann.join("ann")
        await ann.call("publish", {"videoCodec": "vp8"})
        await ben.publish_video(640, 360, 15)
        await both_see_each_other(ann, ben, 30)
        await process.end(number)
        await asyncio.sleep(1)
        await process.start()
        began = time.monotonic()
        await ann.eventually(
            "others", holds=lambda others: others == ["ben"], seconds=BACK_WITHIN_S
        )
        await both_see_each_other(ann, ben, BACK_WITHIN_S)
        print(f"back after {time.monotonic() - began:.1f} s")
