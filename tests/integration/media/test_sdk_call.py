"""Two published Python SDK clients through the media server alone: pictures, sound, data, RPC."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from livekit import api, rtc

from tests.integration.media.callers import Caller, caller
from tests.integration.media.conftest import http, local_config
from tests.integration.media.receiver import Receiver
from tests.integration.media.tokens import KEY, SECRET, token
from tests.integration.media.waiting import eventually
from videocall.media.config import Timeouts
from videocall.media.server import MediaServer

TONE_HZ = 440.0

# The SDK sometimes drops a track's handle twice when a room with two peer connections ends.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <function FfiHandle:pytest.PytestUnraisableExceptionWarning"
)


async def both_ways(ann: Caller, ben: Caller) -> None:
    """Each publishes a 720p picture and a tone; each receives the other's."""
    for me in (ann, ben):
        await me.publish_video(fps=15)
        await me.publish_tone(TONE_HZ)
    for me, other in ((ann, "ben"), (ben, "ann")):
        await me.watches(other, frames=30)
        await me.hears(other, frames=250)
        assert me.audio[other].loudest_hz() == pytest.approx(TONE_HZ, abs=3)
    await eventually(lambda: ann.video["ben"].width == 1280 and ben.video["ann"].height == 720, 20)


@pytest.mark.parametrize("single", [True, False])
async def test_pictures_and_sound_both_ways(media: MediaServer, single: bool) -> None:
    async with (
        caller(media, "ann", single=single) as ann,
        caller(media, "ben", single=single) as ben,
    ):
        await both_ways(ann, ben)
        await eventually(lambda: {"ann", "ben"} <= ann.speaking)


async def test_without_v1_the_client_falls_back() -> None:
    async with (
        MediaServer(local_config(single_peer_connection=False), tick=0.1) as server,
        caller(server, "ann") as ann,
        caller(server, "ben") as ben,
    ):
        await both_ways(ann, ben)
        assert not any(session.request.single for session in server.hub.sessions())


async def test_one_speaks_v0_the_other_v1(media: MediaServer) -> None:
    async with caller(media, "ann", single=False) as ann, caller(media, "ben", single=True) as ben:
        await both_ways(ann, ben)


@pytest.fixture(params=[True, False], ids=["v1", "v0"])
async def pair(
    request: pytest.FixtureRequest, media: MediaServer
) -> AsyncIterator[tuple[Caller, Caller]]:
    single = bool(request.param)
    async with (
        caller(media, "ann", single=single) as ann,
        caller(media, "ben", single=single) as ben,
    ):
        await eventually(lambda: ann.sees("ben") and ben.sees("ann"))
        yield ann, ben


async def test_data_messages_arrive_stamped(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair
    await ann.me.publish_data(b"sure", reliable=True, topic="t")
    await ann.me.publish_data(b"maybe", reliable=False)
    await eventually(lambda: len(ben.data) == 2)
    packets = {packet.data: packet for packet in ben.data}
    assert packets[b"sure"].participant.identity == "ann"  # type: ignore[union-attr]
    assert packets[b"sure"].topic == "t"
    assert packets[b"maybe"].kind == rtc.DataPacketKind.KIND_LOSSY
    assert ann.data == []  # no echo


async def test_data_reaches_only_whom_it_is_for(
    media: MediaServer, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    async with caller(media, "eve") as eve:
        await eventually(lambda: ann.sees("eve"))
        await ann.me.publish_data(b"secret", destination_identities=["ben"])
        await ann.me.publish_data(b"all")
        await eventually(lambda: len(eve.data) == 1 and len(ben.data) == 2)
        assert eve.data[0].data == b"all"


async def test_rpc_and_text_streams(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair
    texts: list[str] = []

    async def double(call: rtc.RpcInvocationData) -> str:
        return call.payload * 2

    async def read(reader: rtc.TextStreamReader) -> None:
        texts.append(await reader.read_all())

    ben.me.register_rpc_method("double", double)
    ben.room.register_text_stream_handler("lk.chat", lambda r, _: ben.spawn(read(r)))
    answer = await ann.me.perform_rpc(destination_identity="ben", method="double", payload="ab")
    assert answer == "abab"
    await ann.me.send_text("hello " * 10_000, topic="lk.chat")
    await eventually(lambda: texts == ["hello " * 10_000])


async def test_muting_and_unpublishing_are_seen(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair
    await ann.publish_tone(TONE_HZ)
    await ben.hears("ann", frames=20)
    (publication,) = ann.me.track_publications.values()
    publication.track.mute()  # type: ignore[union-attr]
    await eventually(lambda: "muted ann" in ben.happened)
    publication.track.unmute()  # type: ignore[union-attr]
    await eventually(lambda: "unmuted ann" in ben.happened)
    await ann.me.unpublish_track(publication.sid)
    await eventually(lambda: "ended ann" in ben.happened)


async def test_leaving_is_seen_at_once(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair
    await ben.room.disconnect()
    await eventually(lambda: not ann.sees("ben"), 2)


async def test_attributes_and_metadata_travel(media: MediaServer) -> None:
    async with (
        caller(media, "ann", can_update_own_metadata=True) as ann,
        caller(media, "ben") as ben,
    ):
        await ann.me.set_attributes({"hand": "up"})
        await ann.me.set_metadata("m")
        await eventually(lambda: ben.sees("ann"))
        seen = ben.room.remote_participants["ann"]
        await eventually(lambda: seen.attributes == {"hand": "up"} and seen.metadata == "m")


async def test_who_joins_later_gets_what_is_there(media: MediaServer) -> None:
    async with caller(media, "ann") as ann:
        await ann.publish_video(fps=15)
        await ann.publish_tone(TONE_HZ)
        async with caller(media, "ben") as ben:
            await ben.watches("ann", frames=5)
            await ben.hears("ann", frames=5)


async def test_room_service_removes_mutes_and_sends(
    media: MediaServer, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    await ben.publish_tone(TONE_HZ)
    await ann.hears("ben", frames=20)
    async with api.LiveKitAPI(http(media), KEY, SECRET) as client:
        listed = await client.room.list_participants(api.ListParticipantsRequest(room="room"))
        track = next(p for p in listed.participants if p.identity == "ben").tracks[0]
        await client.room.mute_published_track(
            api.MuteRoomTrackRequest(room="room", identity="ben", track_sid=track.sid, muted=True)
        )
        await eventually(lambda: "muted ben" in ann.happened)
        await client.room.send_data(api.SendDataRequest(room="room", data=b"from the server"))
        await eventually(lambda: [p.data for p in ann.data] == [b"from the server"])
        await client.room.remove_participant(
            api.RoomParticipantIdentity(room="room", identity="ben")
        )
    await eventually(lambda: not ann.sees("ben"))
    await eventually(lambda: ben.reason == rtc.DisconnectReason.PARTICIPANT_REMOVED)


async def test_the_same_identity_again_ends_the_former(media: MediaServer) -> None:
    async with caller(media, "ann") as ann, caller(media, "ben") as ben:
        await eventually(lambda: ann.sees("ben"))
        async with caller(media, "ben"):
            await eventually(lambda: ben.reason == rtc.DisconnectReason.DUPLICATE_IDENTITY)
            await eventually(lambda: ann.sees("ben"))


async def test_a_lost_signal_connection_is_resumed(
    media: MediaServer, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    await ann.publish_tone(TONE_HZ)
    await ben.hears("ann", frames=20)
    sid = ann.me.sid
    await ann.room.simulate_scenario(rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT)
    await eventually(lambda: "reconnected" in ann.happened, 15)
    assert ann.me.sid == sid
    assert ben.left == []
    heard = ben.audio["ann"].frames
    await eventually(lambda: ben.audio["ann"].frames > heard + 50)


async def test_a_full_reconnect_publishes_again(
    media: MediaServer, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    await ann.publish_tone(TONE_HZ)
    await ben.hears("ann", frames=20)
    await ann.room.simulate_scenario(rtc.SimulateScenarioKind.SIMULATE_FULL_RECONNECT)
    await eventually(lambda: "reconnected" in ann.happened, 20)
    heard = ben.audio["ann"].frames
    await eventually(lambda: ben.audio["ann"].frames > heard + 50, 15)


async def test_webhooks_of_a_call_come_in_order() -> None:
    target = Receiver()
    app = web.Application()
    app.router.add_post("/hook", target.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        async with MediaServer(local_config(webhook_urls=[url]), tick=0.1) as server:
            async with caller(server, "ann") as ann:
                await ann.publish_tone(TONE_HZ)
                await target.received(3)
            await target.received(5)
        names = await target.received(6)
    finally:
        await runner.cleanup()
    assert names == [
        "room_started",
        "participant_joined",
        "track_published",
        "track_unpublished",
        "participant_left",
        "room_finished",
    ]
    joined, left = target.events[1], target.events[4]
    assert joined.participant.sid == left.participant.sid
    assert joined.participant.identity == "ann"
    assert len({event.id for event in target.events}) == 6


_CHILD = """
import asyncio, sys
from livekit import rtc
from tests.e2e.sdk import Client

async def main():
    room = rtc.Room()
    options = rtc.RoomOptions(single_peer_connection=sys.argv[3] == "v1")
    await room.connect(sys.argv[1], sys.argv[2], options)
    await Client(room).publish_tone(440)
    while True:
        await asyncio.sleep(1)

asyncio.run(main())
"""


@asynccontextmanager
async def child(
    server: MediaServer, version: str = "v1"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Ben, with a tone, in a process of his own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CHILD, server.url, token("ben"), version
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_client_whose_process_dies_is_gone_for_the_others(media: MediaServer) -> None:
    async with caller(media, "ann") as ann, child(media) as process:
        await ann.hears("ben", frames=20)
        process.kill()
        await eventually(lambda: not ann.sees("ben"), 20)


@pytest.mark.parametrize("version", ["v1", "v0"])
async def test_a_client_that_was_silent_for_too_long_comes_back(version: str) -> None:
    """A frozen process stands for a network that is away: the media transport times out."""
    config = local_config(timeouts=Timeouts(transport=3.0, join=5.0))
    async with (
        MediaServer(config, tick=0.1) as server,
        caller(server, "ann") as ann,
        child(server, version) as process,
    ):
        await ann.hears("ben", frames=20)
        session = server.hub.find("room", "ben")
        assert session is not None
        process.send_signal(signal.SIGSTOP)
        await eventually(lambda: not session.reachable)
        process.send_signal(signal.SIGCONT)
        heard = ann.audio["ben"].frames
        await ann.hears("ben", frames=heard + 700)  # seven seconds: past every deadline
        assert ann.sees("ben")
