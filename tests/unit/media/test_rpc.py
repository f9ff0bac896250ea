"""PerformRpc: acknowledgement, answer, errors and timeouts of a remote procedure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from livekit.protocol import models, room

from tests.unit.media.world import Client, World
from videocall.media import rpc
from videocall.media.engine import ServerData
from videocall.media.room_service import RoomService
from videocall.media.signals import Reason
from videocall.media.twirp_errors import TwirpError


class Office:
    """A caller with a room of ann and ben."""

    def __init__(self) -> None:
        self.world = World()
        self.ann, self.ben = self.world.join("ann"), self.world.join("ben")
        self.service = RoomService(self.world.hub)

    async def call(self, **fields: Any) -> room.PerformRpcResponse:
        request = room.PerformRpcRequest(
            **{"room": "room", "destination_identity": "ann", "method": "add", **fields}
        )
        claims = self.world.claims("office", roomAdmin=True)
        answer = await self.service.call("PerformRpc", claims, request)
        assert isinstance(answer, room.PerformRpcResponse)
        return answer

    async def fails(self, **fields: Any) -> TwirpError:
        with pytest.raises(TwirpError) as error:
            await self.call(**fields)
        return error.value

    async def asked(self) -> models.DataPacket:
        """The request: it is sent when its task first runs."""
        await asyncio.sleep(0)
        _, _, packet, to = self.world.engine.data[-1]
        assert to == [self.ann.session.participant.handle]
        return models.DataPacket.FromString(packet)

    def say(self, client: Client, **value: Any) -> None:
        packet = models.DataPacket(**value).SerializeToString()
        handle = client.session.participant.handle
        self.world.happen(ServerData(client.session.room.room.handle, handle, packet))


@pytest.fixture
def office() -> Office:
    return Office()


async def test_the_answer_comes_back(office: Office) -> None:
    call = asyncio.create_task(office.call(payload="1+1", response_timeout_ms=4000))
    packet = await office.asked()
    request = packet.rpc_request
    assert (request.method, request.payload, request.response_timeout_ms) == ("add", "1+1", 4000)
    assert request.version == 1
    room_handle = office.ann.session.room.room.handle
    assert (room_handle, packet.participant_identity) in office.world.engine.listening
    assert list(packet.destination_identities) == ["ann"]
    office.say(office.ann, rpc_ack=models.RpcAck(request_id=request.id))
    office.say(office.ann, rpc_response=models.RpcResponse(request_id=request.id, payload="2"))
    assert (await call).payload == "2"


async def test_only_who_was_asked_may_answer(office: Office) -> None:
    call = asyncio.create_task(office.call())
    request = (await office.asked()).rpc_request
    forged = models.RpcResponse(request_id=request.id, payload="forged")
    office.say(office.ben, rpc_response=forged)
    office.say(office.ann, rpc_response=models.RpcResponse(request_id=request.id, payload="true"))
    assert (await call).payload == "true"


async def test_garbage_from_a_participant_is_ignored(office: Office) -> None:
    handle = office.ann.session.participant.handle
    office.world.happen(ServerData(office.ann.session.room.room.handle, handle, b"\xff"))
    office.say(office.ann, user=models.UserPacket(payload=b"x"))


@pytest.mark.parametrize(
    ("number", "code"), [(1400, "invalid_argument"), (1500, "internal"), (101, "unknown")]
)
async def test_errors_of_the_method_reach_the_caller(
    office: Office, number: int, code: str
) -> None:
    call = asyncio.create_task(office.fails())
    request = (await office.asked()).rpc_request
    error = models.RpcError(code=number, message="no", data="more")
    office.say(office.ann, rpc_response=models.RpcResponse(request_id=request.id, error=error))
    failure = await call
    assert (failure.code, failure.text) == (code, f"RpcError {number}: no: more")


async def test_a_silent_participant_is_a_connection_timeout(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc, "ACK_S", 0.05)
    failure = await office.fails()
    assert (failure.code, failure.text) == ("canceled", "RpcError 1501: Connection timeout")


async def test_an_answer_that_never_comes_is_a_response_timeout(office: Office) -> None:
    call = asyncio.create_task(office.fails(response_timeout_ms=100))
    request = (await office.asked()).rpc_request
    office.say(office.ann, rpc_ack=models.RpcAck(request_id=request.id))
    failure = await call
    assert (failure.code, failure.text) == ("canceled", "RpcError 1502: Response timeout")


async def test_a_participant_that_leaves_ends_the_call(office: Office) -> None:
    call = asyncio.create_task(office.fails())
    request = (await office.asked()).rpc_request
    office.say(office.ann, rpc_ack=models.RpcAck(request_id=request.id))
    office.ann.session.room.remove(office.ann.session, Reason.CLIENT_INITIATED)
    failure = await call
    assert (failure.code, failure.text) == ("unavailable", "RpcError 1503: Recipient disconnected")


async def test_what_cannot_be_sent_is_refused(office: Office) -> None:
    assert (await office.fails(payload="x" * 15_361)).code == "malformed"
    assert (await office.fails(destination_identity="")).code == "invalid_argument"
    assert (await office.fails(destination_identity="nobody")).code == "not_found"
    assert (await office.fails(room="other")).code == "unauthenticated"


async def test_calls_under_way_are_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "MOST_PENDING", 1)
    first: Awaitable[TwirpError] = asyncio.create_task(office.fails(response_timeout_ms=50))
    await office.asked()
    assert (await office.fails()).code == "resource_exhausted"
    await first
    wait: Callable[..., Awaitable[TwirpError]] = office.fails
    assert (await wait(response_timeout_ms=50)).code == "canceled"
