"""RoomService and webhooks with the published server SDKs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from livekit import api

from tests.conformance.conftest import GO_CLIENT, Join
from tests.conformance.driver import HERE, start
from tests.conformance.tokens import KEY, SECRET

pytestmark = pytest.mark.asyncio(loop_scope="session")
line = pytest.mark.line
sdks = pytest.mark.parametrize("sdk", ["python", "node", "go"])
PYTHON = (sys.executable, "-m", "tests.conformance.python_server")
NODE: dict[str, Callable[[dict[str, Any]], list[Any]]] = {
    "createRoom": lambda g: [{"name": g["room"], "metadata": g.get("metadata", "")}],
    "listRooms": lambda g: [[g["room"]]],
    "deleteRoom": lambda g: [g["room"]],
    "listParticipants": lambda g: [g["room"]],
    "getParticipant": lambda g: [g["room"], g["identity"]],
    "removeParticipant": lambda g: [g["room"], g["identity"]],
    "updateParticipant": lambda g: [g["room"], g["identity"], g["metadata"]],
    "updateRoomMetadata": lambda g: [g["room"], g["metadata"]],
}


class Refused(Exception):
    """The SDK raised an error with this Twirp code."""


async def admin(sdk: str, server: str, method: str = "", **given: Any) -> Any:
    """One call by a server SDK; ``Refused`` with its code."""
    common = {"url": server.replace("ws", "http", 1), "key": KEY, "secret": SECRET, **given}
    if sdk == "go":
        program = await start("go", [str(GO_CLIENT)])
        try:
            return await program.do("admin", admin={"method": method, **common})
        except Exception as error:
            raise Refused(getattr(error, "code", ""), str(error)) from error
        finally:
            await program.end()
    if sdk == "node":
        arguments = {} if "body" in given else {"args": NODE[method](given)}
        text = json.dumps({"method": method, **common, **arguments})
        command = ["node", str(HERE / "node" / "server.mjs"), text]
    else:
        command = [*PYTHON, json.dumps({"method": method, **common})]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=HERE.parents[1], stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    answer = json.loads(out)
    if failed := answer.get("error"):
        raise Refused(failed.get("code"), failed["message"])
    return answer["result"]


@sdks
@line("5.rooms")
@line("5.participants")
@line("5.metadata")
async def test_rooms_and_participants(join: Join, server: str, room: str, sdk: str) -> None:
    made = await admin(sdk, server, "createRoom", room=room, metadata="before")
    assert made["name"] == room
    who = await join("node", "ann")
    assert [one["name"] for one in await admin(sdk, server, "listRooms", room=room)] == [room]
    found = await admin(sdk, server, "listParticipants", room=room)
    assert [one["identity"] for one in found] == ["ann"]
    person = {"room": room, "identity": "ann"}
    assert (await admin(sdk, server, "getParticipant", **person))["identity"] == "ann"
    changed = await admin(sdk, server, "updateParticipant", **person, metadata="new")
    assert changed["metadata"] == "new"
    await admin(sdk, server, "updateRoomMetadata", room=room, metadata="after")
    await who.until(lambda state: state["metadata"] == "after", "the room's metadata")
    await admin(sdk, server, "removeParticipant", **person)
    await who.until(lambda state: not state["connected"], "the removal")
    await admin(sdk, server, "deleteRoom", room=room)
    assert not await admin(sdk, server, "listRooms", room=room)


@sdks
@line("5.errors")
async def test_errors_have_their_codes(server: str, room: str, sdk: str) -> None:
    with pytest.raises(Refused, match="not_found"):
        await admin(sdk, server, "getParticipant", room=room, identity="nobody")
    secret = "another-secret-of-more-than-32-bytes"
    with pytest.raises(Refused, match="unauthenticated"):
        await admin(sdk, server, "listRooms", room=room, secret=secret)


@sdks
@line("5.webhooks")
async def test_each_sdk_accepts_a_webhook_and_no_other(server: str, sdk: str) -> None:
    body = json.dumps({"event": "room_started", "room": {"name": "r"}})
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    signed = api.AccessToken(KEY, SECRET).with_sha256(digest).to_jwt()
    event = await admin(sdk, server, body=body, authorization=signed)
    assert event["event"] == "room_started"
    with pytest.raises(Refused):
        await admin(sdk, server, body=body + " ", authorization=signed)


@line("5.unimplemented", clients=["wire"])
async def test_other_services_say_that_they_are_not_here(server: str) -> None:
    jwt = api.AccessToken(KEY, SECRET).with_grants(api.VideoGrants(room_record=True)).to_jwt()
    async with httpx.AsyncClient(base_url=server.replace("ws", "http", 1)) as client:
        for method in ("Egress/ListEgress", "Ingress/ListIngress", "SIP/ListSIPInboundTrunk"):
            answer = await client.post(
                f"/twirp/livekit.{method}", json={}, headers={"Authorization": f"Bearer {jwt}"}
            )
            assert (answer.status_code, answer.json()["code"]) == (501, "unimplemented")
            assert answer.json()["msg"]


@pytest.mark.parametrize("client", ["python", "browser v1", "browser v0", "node", "go"])
@line("5.data")
async def test_data_of_the_server(join: Join, server: str, room: str, client: str) -> None:
    who = await join(client)
    await admin("go", server, "sendData", room=room, text="from the server")
    await who.until(
        lambda state: any(got["text"] == "from the server" for got in state["data"] or ()),
        "the server's message",
    )
