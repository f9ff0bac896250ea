"""The little of ASGI that this server speaks: its types, answers and headers. No framework."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"*, authorization"),
    (b"access-control-max-age", b"86400"),
)


class BodyTooLarge(Exception):
    """A request body over the limit."""


async def respond(
    scope: Scope, send: Send, status: int, body: bytes | str, kind: str = "text/plain"
) -> None:
    """One whole answer, to a request or to a refused WebSocket upgrade."""
    data = body.encode() if isinstance(body, str) else body
    content_type = kind if kind.startswith("application/") else f"{kind}; charset=utf-8"
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(data)).encode()),
        *_CORS,
    ]
    prefix = "websocket.http" if scope["type"] == "websocket" else "http"
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers})
    payload = b"" if scope.get("method") == "HEAD" else data
    await send({"type": f"{prefix}.response.body", "body": payload})


async def respond_json(scope: Scope, send: Send, status: int, value: Mapping[str, object]) -> None:
    """``value`` as a JSON answer."""
    await respond(scope, send, status, json.dumps(value), "application/json")


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole request body; ``BodyTooLarge`` above ``limit`` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def header(scope: Scope, name: bytes) -> str:
    """The first header called ``name`` (lower case); empty if there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def query(scope: Scope) -> dict[str, str]:
    """The query string; of repeated names the last one counts."""
    text = scope.get("query_string", b"").decode("latin-1")
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))


def bearer(scope: Scope) -> str:
    """The access token: from the Authorization header, else from the query."""
    kind, _, token = header(scope, b"authorization").partition(" ")
    if kind.lower() == "bearer" and token:
        return token.strip()
    return query(scope).get("access_token", "")
