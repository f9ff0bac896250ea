"""The little of ASGI that the test provider speaks. No framework: it has to start at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LONGEST_BODY = 64 * 1024


class BodyTooLarge(Exception):
    """A request body over the limit."""


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of an HTML form."""
        text = self.body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20))


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(value: object, status: int = HTTPStatus.OK) -> Response:
    """``value`` as JSON."""
    return Response(status, json.dumps(value).encode(), {"content-type": "application/json"})


def error_response(status: HTTPStatus, code: str, message: str) -> Response:
    """What went wrong, as this provider says it."""
    return json_response({"error": {"code": code, "message": message}}, status)


async def read(scope: Scope, receive: Receive) -> Request:
    """The request; raises BodyTooLarge, ValueError for a query of too many fields."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LONGEST_BODY:
            raise BodyTooLarge
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(
        method=scope["method"],
        path=scope["path"],
        headers={name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]},
        query=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=20)),
        body=bytes(body),
    )


async def write(send: Send, response: Response, *, is_head: bool) -> None:
    """Send the answer."""
    headers = {
        "content-length": str(len(response.body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **response.headers,
    }
    encoded = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": b"" if is_head else response.body})
