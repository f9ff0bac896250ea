"""Twirp over ASGI (https://twitchtv.github.io/twirp/docs/spec_v7.html): protobuf and JSON."""

from __future__ import annotations

import json

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from videocall.media.admission import authenticate
from videocall.media.asgi import (
    BodyTooLarge,
    Receive,
    Scope,
    Send,
    bearer,
    header,
    read_body,
    respond,
    respond_json,
)
from videocall.media.hub import Hub, Refused
from videocall.media.other_services import instead
from videocall.media.presence_service import LIST_PRESENCE, PRESENCE, PresenceService
from videocall.media.room_service import RoomService
from videocall.media.twirp_errors import STATUS, TwirpError

_JSON = "application/json"
_PROTOBUF = "application/protobuf"


class Twirp:
    """Routes ``/twirp/<package>.<Service>/<Method>``: RoomService, and our Presence."""

    def __init__(self, hub: Hub, rooms: RoomService) -> None:
        self._hub = hub
        self._rooms = rooms
        self._presence = PresenceService(hub)

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            kind, reply = await self._answer(path, scope, receive)
        except TwirpError as error:
            status = STATUS.get(error.code, 500)
            await respond_json(scope, send, status, {"code": error.code, "msg": error.text})
            return
        await respond(scope, send, 200, reply, kind)

    async def _answer(self, path: str, scope: Scope, receive: Receive) -> tuple[str, bytes]:
        service, method = self._route(path, scope)
        kind = header(scope, b"content-type").partition(";")[0].strip().lower()
        if kind not in (_JSON, _PROTOBUF):
            raise TwirpError("bad_route", f"unexpected Content-Type: {kind!r}")
        try:
            body = await read_body(receive, self._hub.services.config.limits.api_body)
        except BodyTooLarge as error:
            raise TwirpError("resource_exhausted", "the request is too large") from error
        try:
            claims = authenticate(self._hub, bearer(scope))
        except Refused as error:
            raise TwirpError("unauthenticated", error.text) from error
        if service == PRESENCE:
            if kind != _JSON:
                raise TwirpError("bad_route", f"{PRESENCE} speaks {_JSON} only")
            return kind, json.dumps(self._presence.call(claims, body)).encode()
        request = self._parse(method, kind, body)
        return kind, _format(kind, await self._rooms.call(method, claims, request))

    def _route(self, path: str, scope: Scope) -> tuple[str, str]:
        service, _, method = path.removeprefix("/twirp/").partition("/")
        if scope["method"] != "POST":
            raise TwirpError("bad_route", f"unsupported method {scope['method']}: only POST")
        if service == "livekit.RoomService" and method in self._rooms.requests:
            return service, method
        if (service, method) == (PRESENCE, LIST_PRESENCE):
            return service, method
        if service.startswith("livekit."):
            words = instead(service.removeprefix("livekit."), method)
            if words is not None:
                raise TwirpError("unimplemented", words)
        raise TwirpError("bad_route", f"no handler for path {path!r}")

    def _parse(self, method: str, kind: str, body: bytes) -> Message:
        request = self._rooms.requests[method]()
        try:
            if kind == _JSON:
                text = body.decode() or "{}"
                json_format.Parse(text, request, ignore_unknown_fields=True)
            else:
                request.MergeFromString(body)
        except (DecodeError, json_format.ParseError, RecursionError, ValueError) as error:
            raise TwirpError("malformed", "the request could not be decoded") from error
        return request


def _format(kind: str, reply: Message) -> bytes:
    if kind == _PROTOBUF:
        return reply.SerializeToString()
    return json_format.MessageToJson(
        reply, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    ).encode()
