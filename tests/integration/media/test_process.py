"""The media server as a process: it serves, says so, and stops gracefully."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from livekit.protocol import models, rtc
from websockets.asyncio.client import connect

from tests.integration.media.tokens import KEY, SECRET, token

_CODE = """
import sys
from videocall.media.config import MediaConfig
from videocall.media.main import run
run(MediaConfig(
    host="127.0.0.1", port=int(sys.argv[1]), rtc_host="127.0.0.1", rtc_port=0,
    keys={sys.argv[2]: sys.argv[3]},
))
"""


@dataclass
class Running:
    process: asyncio.subprocess.Process
    url: str
    port: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def launch(port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _CODE,
        str(port),
        KEY,
        SECRET,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    port = free_port()
    process = await launch(port)
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while b"media_ready" not in (line := await process.stdout.readline()):
            assert line, "the process ended before it was ready"
    yield Running(process, f"ws://127.0.0.1:{port}", port)
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_tells_clients_and_ends_the_process(
    running: Running, number: signal.Signals
) -> None:
    path = f"/rtc?access_token={token()}"
    async with connect(running.url + path) as client:
        await client.recv()
        running.process.send_signal(number)
        async with asyncio.timeout(10):
            message = rtc.SignalResponse()
            while not message.HasField("leave"):
                frame = await client.recv()
                assert isinstance(frame, bytes)
                message = rtc.SignalResponse.FromString(frame)
            assert message.leave.reason == models.DisconnectReason.SERVER_SHUTDOWN
            assert await running.process.wait() == 0


async def test_a_taken_port_is_an_error_not_a_hang(running: Running) -> None:
    second = await launch(running.port)
    async with asyncio.timeout(20):
        output, _ = await second.communicate()
    assert second.returncode == 1
    assert b"Address already in use" in output
