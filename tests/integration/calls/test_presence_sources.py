"""Both ways to learn who is there, against a running media server and one without our extension."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from livekit import api, rtc
from livekit.protocol.models import ParticipantInfo
from livekit.protocol.room import ListParticipantsResponse

from tests.e2e.sdk import Client
from tests.factories.application import MEDIA_KEY, MEDIA_SECRET
from videocall.calls.adapters.presence import ChosenPresence, ExtensionPresence, LiveKitPresence
from videocall.calls.errors import MediaUnavailable
from videocall.calls.interfaces import Seen
from videocall.calls.model.rooms import RoomId
from videocall.core.clock import SystemClock
from videocall.media.config import MediaConfig
from videocall.media.server import MediaServer

ROOM = RoomId("01a20467-345b-7108-b934-f883144f9496")
TIMEOUT = timedelta(seconds=5)


@pytest.fixture
async def server() -> AsyncIterator[MediaServer]:
    config = MediaConfig(
        host="127.0.0.1",
        port=0,
        rtc_host="127.0.0.1",
        rtc_port=0,
        keys={MEDIA_KEY: MEDIA_SECRET},
    )
    async with MediaServer(config, tick=0.1) as server:
        yield server


def sources(port: int, secret: str = MEDIA_SECRET) -> tuple[ExtensionPresence, LiveKitPresence]:
    url = f"http://127.0.0.1:{port}"
    return (
        ExtensionPresence(url, MEDIA_KEY, secret, TIMEOUT),
        LiveKitPresence(url, MEDIA_KEY, secret, TIMEOUT, SystemClock()),
    )


async def joined(server: MediaServer) -> Client:
    token = (
        api.AccessToken(MEDIA_KEY, MEDIA_SECRET)
        .with_identity("ann")
        .with_grants(api.VideoGrants(room_join=True, room=ROOM))
    )
    ann = Client(rtc.Room())
    await asyncio.wait_for(ann.room.connect(server.url, token.to_jwt()), 20)
    return ann


async def test_the_extension_knows_the_last_packet_and_remembers_who_left(
    server: MediaServer,
) -> None:
    extension, livekit = sources(server.port)
    assert list(await extension.seen(ROOM)) == []
    ann = await joined(server)
    await ann.publish_tone(440.0)
    await asyncio.sleep(1.5)
    (seen,) = await extension.seen(ROOM)
    assert seen.participant_sid == ann.room.local_participant.sid
    assert time.time() - seen.at.timestamp() < 1.0
    assert not seen.has_left
    (listed,) = await livekit.seen(ROOM)
    assert listed.participant_sid == seen.participant_sid
    await ann.leave()
    gone = seen
    async with asyncio.timeout(10):
        while not gone.has_left:
            (gone,) = await extension.seen(ROOM)
    assert list(await livekit.seen(ROOM)) == []
    for source in (extension, livekit):
        await source.aclose()


async def test_wrong_keys_and_silence_are_no_answer(server: MediaServer) -> None:
    other = "another-secret-of-enough-length-for-hs256"
    for source in (*sources(server.port, other), *sources(1)):
        with pytest.raises(MediaUnavailable):
            await source.seen(ROOM)
        await source.aclose()


@pytest.fixture
async def cluster() -> AsyncIterator[int]:
    """The port of a server that knows LiveKit's API only, with ann in every room."""

    async def list_participants(_: web.Request) -> web.Response:
        there = ParticipantInfo(sid="PA_1", identity="ann", state=ParticipantInfo.State.ACTIVE)
        gone = ParticipantInfo(sid="PA_2", state=ParticipantInfo.State.DISCONNECTED)
        body = ListParticipantsResponse(participants=[there, gone]).SerializeToString()
        return web.Response(body=body, content_type="application/protobuf")

    app = web.Application()
    app.router.add_post("/twirp/livekit.RoomService/ListParticipants", list_participants)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_without_the_extension_livekits_own_api_is_asked(cluster: int) -> None:
    chosen = ChosenPresence(*sources(cluster), "auto")
    for _ in range(2):
        (seen,) = await chosen.seen(ROOM)
        assert seen == Seen("PA_1", seen.at)
        assert abs(time.time() - seen.at.timestamp()) < 5
    await chosen.aclose()


async def test_a_setting_chooses(cluster: int, server: MediaServer) -> None:
    only = ChosenPresence(*sources(cluster), "extension")
    with pytest.raises(MediaUnavailable):
        await only.seen(ROOM)
    await only.aclose()
    livekit = ChosenPresence(*sources(server.port), "livekit")
    assert list(await livekit.seen(ROOM)) == []
    await livekit.aclose()
