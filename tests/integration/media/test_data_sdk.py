"""Data, redundant audio and end-to-end encryption between published Python SDK clients."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from livekit import rtc

from tests.integration.media.callers import Caller, caller
from tests.integration.media.tokens import token
from tests.integration.media.waiting import eventually
from videocall.media.server import MediaServer

pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <function FfiHandle:pytest.PytestUnraisableExceptionWarning"
)


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


async def test_a_message_of_nearly_64_000_bytes_arrives_whole(pair: tuple[Caller, Caller]) -> None:
    """The SDK itself refuses packets above 64,000 bytes, its envelope of 43 included."""
    ann, ben = pair
    large = (bytes(range(256)) * 250)[:63_950]
    await ann.me.publish_data(large, topic="large")
    await eventually(lambda: [packet.data for packet in ben.data] == [large])
    assert ben.data[0].participant is not None
    with pytest.raises(rtc.participant.PublishDataError):
        await ann.me.publish_data(large + bytes(51))


async def test_byte_streams_arrive_whole(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair
    content = bytes(range(256)) * 2_000
    got: list[bytes] = []

    async def read(reader: rtc.ByteStreamReader) -> None:
        got.append(b"".join([chunk async for chunk in reader]))

    ben.room.register_byte_stream_handler("file", lambda reader, _: ben.spawn(read(reader)))
    writer = await ann.me.stream_bytes("a.bin", topic="file", total_size=len(content))
    await writer.write(content)
    await writer.aclose()
    await eventually(lambda: got == [content], 20)


async def test_rpc_errors_and_large_answers_travel(pair: tuple[Caller, Caller]) -> None:
    ann, ben = pair

    async def grow(call: rtc.RpcInvocationData) -> str:
        if call.payload == "fail":
            raise rtc.RpcError(1_234, "not today")
        return call.payload * 5_000

    ben.me.register_rpc_method("grow", grow)
    answer = await ann.me.perform_rpc(destination_identity="ben", method="grow", payload="ab")
    assert answer == "ab" * 5_000
    with pytest.raises(rtc.RpcError) as refused:
        await ann.me.perform_rpc(destination_identity="ben", method="grow", payload="fail")
    assert (refused.value.code, refused.value.message) == (1_234, "not today")


@pytest.mark.parametrize("resumes", ["sender", "receiver"])
async def test_nothing_is_lost_or_doubled_over_a_resume(
    pair: tuple[Caller, Caller], resumes: str
) -> None:
    ann, ben = pair
    who = ann if resumes == "sender" else ben
    total = 200

    async def talk() -> None:
        for number in range(total):
            await ann.me.publish_data(str(number))
            await asyncio.sleep(0.01)

    talking = asyncio.create_task(talk())
    await eventually(lambda: len(ben.data) > 20)
    await who.room.simulate_scenario(rtc.SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT)
    await eventually(lambda: "reconnected" in who.happened, 20)
    await talking
    await eventually(lambda: len(ben.data) >= total, 20)
    await ann.me.publish_data("end")
    await eventually(lambda: ben.data[-1].data == b"end")
    assert [int(packet.data) for packet in ben.data[:-1]] == list(range(total))


@asynccontextmanager
async def encrypted(server: MediaServer, identity: str, key: bytes) -> AsyncIterator[Caller]:
    """A caller whose media is encrypted end to end."""
    me = Caller(rtc.Room())
    options = rtc.RoomOptions(
        encryption=rtc.E2EEOptions(key_provider_options=rtc.KeyProviderOptions(shared_key=key))
    )
    await asyncio.wait_for(me.room.connect(server.url, token(identity), options), 20)
    try:
        yield me
    finally:
        await me.leave()
        del me
        gc.collect()


async def test_who_has_the_key_hears_and_reads_and_who_has_not_does_not(media: MediaServer) -> None:
    async with (
        encrypted(media, "ann", b"a shared secret") as ann,
        encrypted(media, "ben", b"a shared secret") as ben,
        encrypted(media, "eve", b"another secret") as eve,
    ):
        await eventually(lambda: ann.sees("ben") and ann.sees("eve"))
        await ann.publish_tone(440)
        await ann.publish_video(320, 180, fps=15)
        await ben.hears("ann", frames=250)
        await ben.watches("ann", frames=15)
        assert ben.audio["ann"].loudest_hz() == pytest.approx(440, abs=3)
        await ann.me.publish_data(b"secret")
        await eventually(lambda: [packet.data for packet in ben.data] == [b"secret"])
        heard = eve.audio["ann"].loudest_hz() if "ann" in eve.audio else 0.0
        assert heard != pytest.approx(440, abs=3)
        assert "ann" not in eve.video or eve.video["ann"].frames == 0
        assert eve.data == []
