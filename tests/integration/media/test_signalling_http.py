"""The server's HTTP side: routes, refusals before the upgrade, bounds, bad frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from livekit.protocol import models, rtc
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.integration.media.conftest import Start, http
from tests.integration.media.tokens import SECRET, join_request, token
from tests.integration.media.waiting import eventually
from videocall.media.config import Timeouts
from videocall.media.server import MediaServer


def v0(jwt: str, **query: str) -> str:
    return f"/rtc?{httpx.QueryParams({'access_token': jwt, **query})}"


def v1(jwt: str, request: str = "") -> str:
    query = {"access_token": jwt, "join_request": request or join_request()}
    return f"/rtc/v1?{httpx.QueryParams(query)}"


async def refused(server: MediaServer, path: str) -> int:
    with pytest.raises(InvalidStatus) as error:
        async with connect(server.url + path):
            pass
    return error.value.response.status_code


async def first(socket: ClientConnection) -> rtc.SignalResponse:
    frame = await asyncio.wait_for(socket.recv(), 5)
    assert isinstance(frame, bytes)
    return rtc.SignalResponse.FromString(frame)


async def close_code(socket: ClientConnection) -> int:
    async with asyncio.timeout(10):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0


# Paths are made in the test: a token made when tests are collected may expire before its turn.
@pytest.mark.parametrize(
    ("path", "in_header"),
    [
        (lambda: v0(token()), False),
        (lambda: v1(token()), False),
        (lambda: "/" + v0(token()), False),
        (lambda: v0(""), True),
    ],
)
async def test_a_client_joins(
    signalling: MediaServer, path: Callable[[], str], in_header: bool
) -> None:
    headers = {"Authorization": f"Bearer {token()}"} if in_header else {}
    async with connect(signalling.url + path(), additional_headers=headers) as socket:
        join = (await first(socket)).join
        assert join.participant.identity == "ann"
        assert join.room.name == "room"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (lambda: v0(""), 401),
        (lambda: v0("nonsense"), 401),
        (lambda: v0(token(ttl=-120)), 401),
        (lambda: v0(token(secret="forged" + SECRET)), 401),
        (lambda: v0(token(room_join=False)), 401),
        (lambda: v0(token(), room="other"), 401),
        (lambda: v1(token(ttl=-120)), 401),
        (lambda: v1(token(secret="forged" + SECRET)), 401),
        (lambda: v1(token(room_join=False)), 401),
        (lambda: v1(token()) + "&room=other", 401),
        (lambda: v0(token(), protocol="x"), 400),
        (lambda: f"/rtc/v1?access_token={token()}", 400),
        (lambda: v1(token(), "garbage!"), 400),
        (lambda: v1(token(), "A" * 1_000_000), 431),
        (lambda: "/rtc/v2", 404),
        (lambda: "/elsewhere", 404),
    ],
)
async def test_upgrades_are_refused_with_their_status(
    signalling: MediaServer, path: Callable[[], str], status: int
) -> None:
    assert await refused(signalling, path()) == status
    assert not signalling.hub.rooms


async def test_validate_answers_as_the_upgrade_would(signalling: MediaServer) -> None:
    async with httpx.AsyncClient(base_url=http(signalling)) as client:
        for path in ("/rtc/validate", "/rtc/v1/validate"):
            query = {"access_token": token(), "join_request": join_request()}
            good = await client.get(path, params=query)
            assert (good.status_code, good.text) == (200, "success")
            bad = await client.get(path, params={**query, "access_token": token(ttl=-120)})
            assert (bad.status_code, bad.text) == (401, "invalid token: the token has expired")


async def test_the_small_routes(signalling: MediaServer) -> None:
    async with httpx.AsyncClient(base_url=http(signalling)) as client:
        root = await client.get("/")
        assert (root.status_code, root.text) == (200, "OK")
        assert root.headers["access-control-allow-origin"] == "*"
        assert (await client.head("/")).status_code == 200
        assert (await client.get("/nothing")).status_code == 404
        preflight = await client.options("/rtc/validate", headers={"Origin": "https://a.example"})
        assert preflight.status_code == 204
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        health = (await client.get("/health")).json()
        assert (health["status"], health["rooms"]) == ("ok", 0)
        assert health["engine"]["transports"] == 0


async def test_a_client_that_asks_for_regions_is_sent_back_here(signalling: MediaServer) -> None:
    async with httpx.AsyncClient(base_url=http(signalling)) as client:
        path, bearer = "/settings/regions", {"Authorization": f"Bearer {token()}"}
        assert (await client.get(path)).status_code == 401
        (region,) = (await client.get(path, headers=bearer)).json()["regions"]
        assert region["url"] == signalling.url
        behind = {**bearer, "X-Forwarded-Proto": "https", "Host": "call.example.org"}
        (region,) = (await client.get(f"{http(signalling)}/{path}", headers=behind)).json()[
            "regions"
        ]
        assert region["url"] == "wss://call.example.org"


async def test_without_single_peer_connections_v1_is_404(start: Start) -> None:
    async with start(single_peer_connection=False) as server:
        assert await refused(server, v1(token())) == 404
        async with httpx.AsyncClient(base_url=http(server)) as client:
            assert (await client.get("/rtc/v1/validate")).status_code == 404
        async with connect(server.url + v0(token())) as socket:
            assert (await first(socket)).HasField("join")


async def test_request_lines_reach_64_kib(signalling: MediaServer) -> None:
    offer = rtc.SessionDescription(type="offer", sdp="[]" + " " * 40_000, id=7)
    async with connect(signalling.url + v1(token(), join_request(publisher_offer=offer))) as socket:
        assert (await first(socket)).HasField("join")
        assert (await first(socket)).HasField("refresh_token")
        assert (await first(socket)).answer.id == 7
    async with httpx.AsyncClient(base_url=http(signalling)) as client:
        assert (await client.get("/?" + "x" * 60_000)).status_code == 200
        assert (await client.get("/", headers={"x": "y" * 70_000})).status_code == 431


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("hello", 1007),
        ("{", 1007),
        (b"\xff\xff\xff\xff", 1007),
        (b"\x0a\xff\xff\xff\xff\x0f", 1007),
        (b"x" * 1_000_000, 1009),
        ("x" * 1_000_000, 1009),
    ],
)
async def test_garbage_is_closed_with_a_code_and_others_go_on(
    signalling: MediaServer, frame: bytes | str, code: int
) -> None:
    async with (
        connect(signalling.url + v0(token("ann"))) as ann,
        connect(signalling.url + v0(token("eve"))) as eve,
    ):
        await first(ann)
        await eve.send(frame)
        assert await close_code(eve) == code
        await ann.send(rtc.SignalRequest(ping=1).SerializeToString())
        async with asyncio.timeout(5):
            while not (await first(ann)).HasField("pong"):
                pass


async def test_a_client_that_speaks_json_is_answered_in_json(signalling: MediaServer) -> None:
    async with connect(signalling.url + v0(token())) as socket:
        await socket.send('{"pingReq": {"timestamp": "5"}}')
        async with asyncio.timeout(5):
            while not isinstance(frame := await socket.recv(), str):
                pass
        assert json.loads(frame)["pongResp"]["lastPingTimestamp"] == "5"


async def test_a_closed_socket_can_be_resumed_on_a_new_one(signalling: MediaServer) -> None:
    async with connect(signalling.url + v0(token())) as socket:
        sid = (await first(socket)).join.participant.sid
    async with connect(signalling.url + v0(token(), reconnect="1", sid=sid)) as socket:
        assert (await first(socket)).HasField("reconnect")
    async with connect(signalling.url + v0(token("ben"), reconnect="1", sid="PA_x")) as socket:
        assert (await first(socket)).leave.action == rtc.LeaveRequest.Action.RECONNECT
        assert await close_code(socket) == 1000


async def test_silence_ends_a_signal_connection(start: Start) -> None:
    async with (
        start(timeouts=Timeouts(signal_idle=0.2, resume=0.2)) as server,
        connect(server.url + v0(token())) as socket,
    ):
        assert await close_code(socket) == 1001
        await eventually(lambda: server.hub.find("room", "ann") is None)


async def test_leaving_closes_the_socket(signalling: MediaServer) -> None:
    async with connect(signalling.url + v0(token())) as socket:
        await socket.send(rtc.SignalRequest(leave=rtc.LeaveRequest()).SerializeToString())
        assert await close_code(socket) == 1000
    assert signalling.hub.find("room", "ann") is None


async def test_stopping_tells_clients_first(start: Start) -> None:
    async with start() as server, connect(server.url + v0(token())) as socket:
        await first(socket)
        stopping = asyncio.create_task(server.stop())
        async with asyncio.timeout(5):
            while not (message := await first(socket)).HasField("leave"):
                pass
        assert message.leave.reason == models.DisconnectReason.SERVER_SHUTDOWN
        await stopping


async def test_half_open_joins_stall_nobody(signalling: MediaServer) -> None:
    """500 clients join and never connect media, beside one that keeps pinging."""
    sockets: list[ClientConnection] = []
    loop = asyncio.get_running_loop()
    longest = 0.0

    async def flood() -> None:
        for n in range(500):
            sockets.append(await connect(signalling.url + v0(token(f"half-{n}", "crowd"))))

    async with connect(signalling.url + v0(token())) as ann:
        flooding = asyncio.create_task(flood())
        while not flooding.done():
            sent = loop.time()
            await ann.send(rtc.SignalRequest(ping=1).SerializeToString())
            while not (await first(ann)).HasField("pong"):
                pass
            longest = max(longest, loop.time() - sent)
            await asyncio.sleep(0.01)
        await flooding
        assert longest < 0.5
        assert len(signalling.hub.rooms["crowd"].sessions) == 500
    for socket in sockets:
        socket.transport.abort()
