"""LiveKit's API against a media server that runs: rooms open, close, and its silence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.factories.application import MEDIA_KEY, MEDIA_SECRET
from videocall.calls.adapters.livekit import LiveKitRooms
from videocall.calls.errors import MediaUnavailable
from videocall.calls.model.rooms import RoomId
from videocall.media.config import MediaConfig
from videocall.media.server import MediaServer

ROOM = RoomId("01a20467-345b-7108-b934-f883144f9496")


@pytest.fixture
async def server() -> AsyncIterator[MediaServer]:
    config = MediaConfig(
        host="127.0.0.1",
        port=0,
        rtc_host="127.0.0.1",
        rtc_port=0,
        keys={MEDIA_KEY: MEDIA_SECRET},
    )
    async with MediaServer(config) as server:
        yield server


def rooms_of(port: int, secret: str = MEDIA_SECRET) -> LiveKitRooms:
    return LiveKitRooms(f"http://127.0.0.1:{port}", MEDIA_KEY, secret, timedelta(seconds=5))


async def test_a_room_opens_and_closes_and_both_may_be_repeated(server: MediaServer) -> None:
    rooms = rooms_of(server.port)
    await rooms.check()
    for _ in range(2):
        await rooms.open(ROOM)
    for _ in range(2):
        await rooms.close(ROOM)
    await rooms.aclose()


async def test_other_keys_than_the_servers(server: MediaServer) -> None:
    rooms = rooms_of(server.port, "another-secret-of-enough-length-for-hs256")
    for ask in (rooms.open, rooms.close):
        with pytest.raises(MediaUnavailable):
            await ask(ROOM)
    await rooms.aclose()


async def test_a_server_that_is_away() -> None:
    rooms = rooms_of(1)
    for ask in (rooms.open, rooms.close):
        with pytest.raises(MediaUnavailable):
            await ask(ROOM)
    await rooms.aclose()
