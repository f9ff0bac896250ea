"""A client that may only use relays, through coturn with credentials of the media server."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import rtc

from tests.integration.media.callers import Caller
from tests.integration.media.conftest import local_config
from tests.integration.media.tokens import token
from videocall.media.server import MediaServer
from videocall.media.turn import Turn

SECRET = "a-secret-that-coturn-shares"


def free_udp_port() -> int:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[int]:
    """The port of a coturn on loopback."""
    program = shutil.which("turnserver")
    assert program, "coturn is among the packages of scripts/debian.py"
    port = free_udp_port()
    process = await asyncio.create_subprocess_exec(
        program, "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=test",
        "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}",
        "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout",
        f"--pidfile={tmp_path / 'pid'}", f"--userdb={tmp_path / 'users'}",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await answering(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def answering(port: int) -> None:
    """Wait until it takes TCP connections, which it does on the same port."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError("coturn does not answer")


async def only_relayed(server: MediaServer, identity: str) -> Caller:
    me = Caller(rtc.Room())
    policy = rtc.IceTransportType.TRANSPORT_RELAY
    options = rtc.RoomOptions(rtc_config=rtc.RtcConfiguration(ice_transport_type=policy))
    await asyncio.wait_for(me.room.connect(server.url, token(identity), options), 20)
    return me


async def test_media_goes_through_a_relay_with_our_credentials(relay: int) -> None:
    turn = Turn((f"turn:127.0.0.1:{relay}?transport=udp",), SECRET)
    async with MediaServer(local_config(turn=turn), tick=0.1) as server:
        ann, ben = await only_relayed(server, "ann"), await only_relayed(server, "ben")
        await ann.publish_tone(440.0)
        await ben.hears("ann", frames=100)
        await ann.leave()
        await ben.leave()


async def test_another_secret_relays_nothing(relay: int) -> None:
    turn = Turn((f"turn:127.0.0.1:{relay}?transport=udp",), "not-the-secret-of-coturn")
    async with MediaServer(local_config(turn=turn), tick=0.1) as server:
        with pytest.raises((rtc.ConnectError, TimeoutError)):
            await only_relayed(server, "ann")
