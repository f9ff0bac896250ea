"""PerformRpc: the server calls a method of one participant, and waits for its answer.

LiveKit's RPC over the reliable data channel: the participant acknowledges a request, then answers
it. Codes and texts of errors are those of LiveKit's clients and server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError
from livekit.protocol import models, room

from videocall.media.engine import DataKind
from videocall.media.ids import random_text
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.twirp_errors import TwirpError

ACK_S = 2.0
RESPONSE_MS = 10_000  # where the caller names none
MOST_RESPONSE_MS = 300_000
MOST_PAYLOAD = 15_360  # bytes, of a request without a data stream
MOST_PENDING = 1_000
_VERSION = 1

_TEXTS = {
    1400: "Method not supported at destination",
    1401: "Recipient not found",
    1402: "Request payload too large",
    1404: "Unsupported RPC version",
    1500: "Application error in method handler",
    1501: "Connection timeout",
    1502: "Response timeout",
    1503: "Recipient disconnected",
    1504: "Response payload too large",
    1505: "Failed to send",
}
_CODES = {
    1400: "invalid_argument",
    1401: "not_found",
    1402: "malformed",
    1403: "unimplemented",
    1404: "unimplemented",
    1500: "internal",
    1501: "canceled",
    1502: "canceled",
    1503: "unavailable",
    1504: "internal",
    1505: "internal",
}


def rpc_error(code: int, text: str = "", more: str = "") -> TwirpError:
    """The answer to a caller for an error of LiveKit's RPC; codes of applications are unknown."""
    said = f"RpcError {code}: {text or _TEXTS.get(code, 'unknown error')}"
    return TwirpError(_CODES.get(code, "unknown"), f"{said}: {more}" if more else said)


@dataclass(slots=True, eq=False)
class _Pending:
    participant: int
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Future[models.RpcResponse] = field(default_factory=asyncio.Future)


class RemoteProcedures:
    """Requests under way, by their ids. Lives on the event loop of the hub."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pending: dict[str, _Pending] = {}
        self._names: dict[int, str] = {}  # what the server is called in a room, by its handle

    async def perform(
        self, session: Session, request: room.PerformRpcRequest
    ) -> room.PerformRpcResponse:
        """Call, wait, answer. ``TwirpError`` with LiveKit's code in its text."""
        if len(request.payload.encode()) > MOST_PAYLOAD:
            raise rpc_error(1402)
        if len(self._pending) >= MOST_PENDING:
            raise TwirpError("resource_exhausted", "too many remote procedures are under way")
        call_id = random_text(24)
        pending = self._pending[call_id] = _Pending(session.participant.handle)
        left = session.farewells.add(lambda: _fail(pending, rpc_error(1503)))
        try:
            timeout = min(request.response_timeout_ms or RESPONSE_MS, MOST_RESPONSE_MS)
            self._send(session, call_id, request, timeout)
            response = await self._await_answer(pending, timeout / 1000)
        finally:
            self._pending.pop(call_id, None)
            session.farewells.discard(left)
        if response.HasField("error"):
            error = response.error
            raise rpc_error(error.code, error.message, error.data)
        return room.PerformRpcResponse(payload=response.payload)

    async def _await_answer(self, pending: _Pending, timeout: float) -> models.RpcResponse:
        try:
            async with asyncio.timeout(min(ACK_S, timeout)):
                await pending.heard.wait()
        except TimeoutError:
            raise rpc_error(1501) from None
        try:
            async with asyncio.timeout(timeout):
                return await pending.answer
        except TimeoutError:
            raise rpc_error(1502) from None

    def _send(
        self, session: Session, call_id: str, request: room.PerformRpcRequest, timeout_ms: int
    ) -> None:
        live = session.room.room
        packet = models.DataPacket(
            kind=models.DataPacket.Kind.RELIABLE,
            participant_identity=self._name(live.handle),
            destination_identities=[session.participant.identity],
            rpc_request=models.RpcRequest(
                id=call_id,
                method=request.method,
                payload=request.payload,
                response_timeout_ms=timeout_ms,
                version=_VERSION,
            ),
        )
        to = [session.participant.handle]
        encoded = packet.SerializeToString()
        self._services.engine.send_data(live.handle, DataKind.RELIABLE, encoded, to)

    def _name(self, room_handle: int) -> str:
        """The identity that answers go to; no participant's, and heard by the engine."""
        if room_handle not in self._names:
            rooms = self._services.directory.rooms
            self._names = {handle: n for handle, n in self._names.items() if handle in rooms}
            name = self._names[room_handle] = f"server-{random_text(12)}"
            self._services.engine.listen(room_handle, name)
        return self._names[room_handle]

    def received(self, participant: int, encoded: bytes) -> None:
        """A participant sent the server a packet: an acknowledgement or an answer."""
        try:
            packet = models.DataPacket.FromString(encoded)
        except DecodeError:
            return
        kind = packet.WhichOneof("value")
        if kind == "rpc_ack":
            pending = self._of(packet.rpc_ack.request_id, participant)
            if pending is not None:
                pending.heard.set()
        elif kind == "rpc_response":
            pending = self._of(packet.rpc_response.request_id, participant)
            if pending is not None and not pending.answer.done():
                pending.answer.set_result(packet.rpc_response)
                pending.heard.set()

    def _of(self, call_id: str, participant: int) -> _Pending | None:
        """Only who was asked may answer."""
        pending = self._pending.get(call_id)
        return pending if pending and pending.participant == participant else None


def _fail(pending: _Pending, error: TwirpError) -> None:
    if not pending.answer.done():
        pending.answer.set_exception(error)
        pending.heard.set()
