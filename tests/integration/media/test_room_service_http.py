"""RoomService over HTTP: LiveKit's own client, Twirp's JSON, and its errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from livekit import api

from tests.integration.media.conftest import http
from tests.integration.media.tokens import KEY, SECRET, admin_token, token
from videocall.media.server import MediaServer


async def test_the_published_client_manages_rooms(signalling: MediaServer) -> None:
    async with api.LiveKitAPI(http(signalling), KEY, SECRET) as client:
        made = await client.room.create_room(api.CreateRoomRequest(name="room", metadata="m"))
        assert made.sid.startswith("RM_")
        rooms = (await client.room.list_rooms(api.ListRoomsRequest())).rooms
        assert [(r.name, r.metadata) for r in rooms] == [("room", "m")]
        with pytest.raises(api.TwirpError) as error:
            await client.room.get_participant(
                api.RoomParticipantIdentity(room="room", identity="nobody")
            )
        assert (error.value.code, error.value.status) == ("not_found", 404)
        await client.room.delete_room(api.DeleteRoomRequest(room="room"))
        assert not (await client.room.list_rooms(api.ListRoomsRequest())).rooms


async def call(
    server: MediaServer,
    path: str = "livekit.RoomService/ListRooms",
    *,
    jwt: str | None = None,
    body: Any = "{}",
    kind: str = "application/json",
    method: str = "POST",
) -> httpx.Response:
    headers = {"Content-Type": kind}
    if jwt != "":
        headers["Authorization"] = f"Bearer {jwt or admin_token()}"
    async with httpx.AsyncClient(base_url=http(server)) as client:
        return await client.request(method, f"/twirp/{path}", content=body, headers=headers)


async def test_json_uses_proto_names_and_prints_every_field(signalling: MediaServer) -> None:
    answer = await call(
        signalling, "livekit.RoomService/CreateRoom", body='{"name": "r", "emptyTimeout": 5}'
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["empty_timeout"] == 5
    assert answer.json()["num_participants"] == 0


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"jwt": ""}, 401, "unauthenticated"),
        ({"jwt": "nonsense"}, 401, "unauthenticated"),
        ({"jwt": token(ttl=-120, room_list=True)}, 401, "unauthenticated"),
        ({"jwt": token()}, 401, "unauthenticated"),
        ({"body": "{"}, 400, "malformed"),
        ({"body": b"\xff", "kind": "application/protobuf"}, 400, "malformed"),
        ({"body": b"\xff\xfe", "kind": "application/json"}, 400, "malformed"),
        ({"kind": "text/plain"}, 404, "bad_route"),
        ({"method": "GET"}, 404, "bad_route"),
        ({"path": "livekit.RoomService/Nothing"}, 404, "bad_route"),
        ({"path": "other.Service/ListRooms"}, 404, "bad_route"),
        ({"path": "livekit.Egress/ListEgress"}, 501, "unimplemented"),
        ({"path": "livekit.Ingress/CreateIngress"}, 501, "unimplemented"),
        ({"path": "livekit.SIP/CreateSIPParticipant"}, 501, "unimplemented"),
        ({"path": "livekit.AgentDispatchService/ListDispatch"}, 501, "unimplemented"),
        ({"path": "livekit.Connector/ConnectTwilioCall"}, 501, "unimplemented"),
        ({"path": "videocall.Presence/Nothing"}, 404, "bad_route"),
        ({"path": "videocall.Presence/ListPresence"}, 400, "invalid_argument"),
        (
            {
                "path": "videocall.Presence/ListPresence",
                "kind": "application/protobuf",
                "body": b"",
            },
            404,
            "bad_route",
        ),
        ({"path": "livekit.Egress/Nothing"}, 404, "bad_route"),
        ({"path": "livekit.Nothing/ListEgress"}, 404, "bad_route"),
        ({"body": "x" * 1_100_000}, 429, "resource_exhausted"),
    ],
)
async def test_errors_have_twirps_shape(
    signalling: MediaServer, options: dict[str, Any], status: int, code: str
) -> None:
    answer = await call(signalling, **options)
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["msg"]


async def test_presence_is_json_with_the_rooms_administration(signalling: MediaServer) -> None:
    path = "videocall.Presence/ListPresence"
    answer = await call(signalling, path, body='{"room": "r"}', jwt=admin_token("r"))
    assert answer.status_code == 200
    assert answer.json()["participants"] == []
    refused = await call(signalling, path, body='{"room": "r"}', jwt=admin_token("other"))
    assert refused.json()["code"] == "unauthenticated"
