"""Signalling over the wire and RoomService through LiveKit's Python SDK."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from livekit import api
from livekit.protocol import rtc
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

KEY, SECRET = "devkey", "secret"


def token(identity: str) -> str:
    grants = api.VideoGrants(room_join=True, room="wire")
    return api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(grants).to_jwt()


def upgrade(server: str, path: str) -> str:
    return f"{server.replace('http', 'ws', 1)}{path}?access_token={token('ann')}"


@pytest.mark.line("1.root")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_root(server: str, method: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.request(method, f"{server}/", headers={"Origin": "https://a.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.line("1.query")
async def test_v1_without_its_request(server: str) -> None:
    with pytest.raises(InvalidStatus) as error:
        async with connect(upgrade(server, "/rtc/v1")):
            pass
    assert error.value.response.status_code == 400


@pytest.mark.line("1.validate")
async def test_validate(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as client:
        good = await client.get("/rtc/validate", params={"access_token": token("ann")})
        bad = await client.get("/rtc/validate", params={"access_token": "nonsense"})
    assert (good.status_code, good.text) == (200, "success")
    assert bad.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/rtc", marks=pytest.mark.line("1.protocol")),
        pytest.param("//rtc", marks=pytest.mark.line("1.slashes")),
    ],
)
async def test_join(server: str, path: str) -> None:
    async with connect(upgrade(server, path)) as socket:
        frame = await asyncio.wait_for(socket.recv(), 10)
    assert isinstance(frame, bytes)
    join = rtc.SignalResponse.FromString(frame).join
    assert join.server_info.protocol == 17
    assert join.server_info.version
    assert (join.ping_interval, join.ping_timeout) == (5, 15)


@pytest.mark.line("2.ping")
async def test_pings(server: str) -> None:
    wanted = {"pong", "pong_resp"}
    async with connect(upgrade(server, "/rtc")) as socket, asyncio.timeout(10):
        await socket.send(rtc.SignalRequest(ping=1).SerializeToString())
        await socket.send(rtc.SignalRequest(ping_req=rtc.Ping(timestamp=5)).SerializeToString())
        while wanted:
            frame = await socket.recv()
            assert isinstance(frame, bytes)
            wanted.discard(rtc.SignalResponse.FromString(frame).WhichOneof("message") or "")


@pytest.mark.line("5.rooms")
async def test_rooms(server: str) -> None:
    async with api.LiveKitAPI(server, KEY, SECRET) as client:
        await client.room.create_room(api.CreateRoomRequest(name="made", metadata="m"))
        asked = api.ListRoomsRequest(names=["made"])
        assert [room.metadata for room in (await client.room.list_rooms(asked)).rooms] == ["m"]
        await client.room.delete_room(api.DeleteRoomRequest(room="made"))
        assert not (await client.room.list_rooms(asked)).rooms


@pytest.mark.line("5.grants")
async def test_grants(server: str) -> None:
    headers = {"Authorization": f"Bearer {token('ann')}"}
    async with httpx.AsyncClient(base_url=server, headers=headers) as client:
        answer = await client.post("/twirp/livekit.RoomService/ListRooms", json={})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.line("5.others")
async def test_other_services(server: str) -> None:
    async with api.LiveKitAPI(server, KEY, SECRET) as client:
        with pytest.raises(api.TwirpError) as error:
            await client.egress.list_egress(api.ListEgressRequest())
    assert error.value.code == "unimplemented"
