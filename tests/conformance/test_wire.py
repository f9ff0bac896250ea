"""What clients meet before and below their SDKs: HTTP, frames, orders."""

from __future__ import annotations

import asyncio
import base64
import json

import httpx
import pytest
from livekit.protocol import rtc
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.conformance.tokens import token

pytestmark = pytest.mark.asyncio(loop_scope="session")
line = pytest.mark.line


def v1(jwt: str, **fields: object) -> str:
    """The path of a v1 upgrade."""
    settings = rtc.ConnectionSettings(auto_subscribe=True)
    request = rtc.JoinRequest(connection_settings=settings, **fields)  # type: ignore[arg-type]
    wrapped = rtc.WrappedJoinRequest(join_request=request.SerializeToString())
    text = base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()
    return f"/rtc/v1?{httpx.QueryParams({'access_token': jwt, 'join_request': text})}"


async def message(socket: ClientConnection, kind: str) -> rtc.SignalResponse:
    """The next message of that kind, within 10 s."""
    async with asyncio.timeout(10):
        while True:
            frame = await socket.recv()
            assert isinstance(frame, bytes)
            response = rtc.SignalResponse.FromString(frame)
            if response.WhichOneof("message") == kind:
                return response


@line("1.validate", clients=["wire"])
async def test_validate_and_root(server: str, room: str) -> None:
    async with httpx.AsyncClient(base_url=server.replace("ws", "http", 1)) as client:
        path = v1(token("ann", room)).removeprefix("/rtc/v1?")
        for place in ("/rtc/validate", "/rtc/v1/validate"):
            good = await client.get(f"{place}?{path}")
            assert (good.status_code, good.text) == (200, "success")
            bad = await client.get(f"{place}?access_token=nonsense")
            assert bad.status_code == 401
        assert (await client.get("/")).text == "OK"
        assert (await client.head("/")).status_code == 200
        assert (await client.get("/rtc/v1/validate?" + path)).headers[
            "access-control-allow-origin"
        ] == "*"


@line("1.first", clients=["wire"])
@line("2.ping", clients=["wire"])
@line("2.request_response", clients=["wire"])
@line("7.versions", clients=["wire"])
async def test_the_first_message_and_small_ones(server: str, room: str) -> None:
    jwt = token("ann", room, can_update_own_metadata=False)
    async with connect(f"{server}{v1(jwt)}") as socket:
        frame = await asyncio.wait_for(socket.recv(), 5)
        assert isinstance(frame, bytes)
        join = rtc.SignalResponse.FromString(frame).join
        assert join.server_info.protocol == 17
        assert join.server_info.version
        assert (join.ping_interval, join.ping_timeout) == (5, 15)
        assert join.room.sid.startswith("RM_")
        ping = rtc.SignalRequest(ping_req=rtc.Ping(timestamp=7))
        await socket.send(ping.SerializeToString())
        assert (await message(socket, "pong_resp")).pong_resp.last_ping_timestamp == 7
        change = rtc.UpdateParticipantMetadata(metadata="x", request_id=9)
        await socket.send(rtc.SignalRequest(update_metadata=change).SerializeToString())
        refused = (await message(socket, "request_response")).request_response
        assert (refused.request_id, refused.reason) == (9, rtc.RequestResponse.NOT_ALLOWED)


@line("1.json", clients=["wire"])
async def test_json_frames(server: str, room: str) -> None:
    async with connect(f"{server}{v1(token('ann', room))}") as socket:
        await message(socket, "join")
        await socket.send(json.dumps({"pingReq": {"timestamp": "5"}}))
        async with asyncio.timeout(10):
            while True:
                frame = await socket.recv()
                if isinstance(frame, str) and "pongResp" in frame:
                    assert json.loads(frame)["pongResp"]["lastPingTimestamp"] == "5"
                    return


@line("1.query", clients=["wire"])
async def test_v1_without_its_request_is_refused(server: str, room: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"{server}/rtc/v1?access_token={token('ann', room)}"):
            pass
    assert refused.value.response.status_code == 400


@line("1.slashes", clients=["wire"])
async def test_a_doubled_slash(server: str, room: str) -> None:
    async with connect(f"{server}//rtc?access_token={token('ann', room)}") as socket:
        assert (await message(socket, "join")).join.participant.identity == "ann"


@line("7.long", clients=["wire"])
async def test_a_long_request_line(server: str, room: str) -> None:
    path = v1(token("ann", room), participant_attributes={"long": "x" * 24_000})
    assert len(path) > 32_000
    async with connect(f"{server}{path}") as socket:
        assert (await message(socket, "join")).join.participant.attributes["long"]
