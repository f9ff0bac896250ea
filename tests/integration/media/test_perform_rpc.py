"""PerformRpc with a participant of the published Python SDK."""

from __future__ import annotations

import httpx
from livekit import rtc

from tests.integration.media.callers import caller
from tests.integration.media.conftest import http
from tests.integration.media.tokens import admin_token
from videocall.media.server import MediaServer


async def perform(server: MediaServer, method: str, payload: str) -> httpx.Response:
    """The call as JSON: the Python server SDK has no method for it yet."""
    body = {
        "room": "room",
        "destinationIdentity": "ann",
        "method": method,
        "payload": payload,
        "responseTimeoutMs": 5000,
    }
    headers = {"Authorization": f"Bearer {admin_token('room')}"}
    async with httpx.AsyncClient(base_url=http(server), timeout=20) as client:
        return await client.post(
            "/twirp/livekit.RoomService/PerformRpc", json=body, headers=headers
        )


async def test_the_server_calls_a_method_of_a_participant(media: MediaServer) -> None:
    async with caller(media, "ann") as ann:

        async def add(data: rtc.RpcInvocationData) -> str:
            if not data.payload:
                raise rtc.RpcError(4711, "nothing to add", "zero")
            return str(sum(int(part) for part in data.payload.split("+")))

        ann.me.register_rpc_method("add", add)
        assert (await perform(media, "add", "20+22")).json() == {"payload": "42"}
        failed = await perform(media, "add", "")
        assert failed.json() == {"code": "unknown", "msg": "RpcError 4711: nothing to add: zero"}
        unsupported = await perform(media, "subtract", "1")
        assert unsupported.status_code == 400
        assert unsupported.json()["msg"].startswith("RpcError 1400")
        assert (await perform(media, "add", "x" * 15_361)).json()["code"] == "malformed"
