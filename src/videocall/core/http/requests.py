"""What surrounds every request: its id, its log line, security headers, and a limit of time.

Plain ASGI, outside of the framework, so that answers the framework gives by itself have them too.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

import msgspec

from videocall.core.context import request_id
from videocall.core.http.asgi import ASGIApp, Message, Receive, Scope, Send
from videocall.core.http.problems import TIMED_OUT, make_problem
from videocall.core.ids import Ids
from videocall.core.logs import get_logger

_LOG = get_logger("videocall.requests")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_QUIET = ("/health", "/assets/")


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of a request header, or None."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def incoming_request_id(request_header: str | None, traceparent: str | None) -> str | None:
    """The id a caller gave: X-Request-Id, else the trace id of traceparent (W3C)."""
    if request_header is not None and _ID.fullmatch(request_header):
        return request_header
    trace = _TRACEPARENT.fullmatch(traceparent) if traceparent is not None else None
    if trace and trace[1].strip("0"):
        return trace[1]
    return None


class RequestContext:
    """Gives each request its id and its one line in the log (path without query)."""

    def __init__(self, app: ASGIApp, ids: Ids) -> None:
        self._app = app
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        current = incoming_request_id(header(scope, b"x-request-id"), header(scope, b"traceparent"))
        current = current or self._ids.new()
        token = request_id.set(current)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", current.encode("latin-1")),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            log = _LOG.debug if scope["path"].startswith(_QUIET) else _LOG.info
            log("request", method=scope["method"], path=scope["path"], status=status, ms=elapsed)
            request_id.reset(token)


class SecurityHeaders:
    """Adds what browsers need to be strict; ``policy`` makes the Content-Security-Policy."""

    def __init__(self, app: ASGIApp, policy: Callable[[Scope], str], *, https_only: bool) -> None:
        self._app = app
        self._policy = policy
        self._fixed = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (
                b"permissions-policy",
                b"camera=(self), microphone=(self), display-capture=(self), geolocation=()",
            ),
        ]
        if https_only:
            self._fixed.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", self._policy(scope).encode("latin-1"))
                message["headers"] = [*message["headers"], *self._fixed, policy]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestTimeout:
    """Stops a request that takes longer than ``seconds``: its transaction rolls back, 503."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def watched_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds):
                await self._app(scope, receive, watched_send)
        except TimeoutError:
            if answered:
                raise
            await send_problem(
                send,
                TIMED_OUT.status,
                TIMED_OUT.code,
                TIMED_OUT.title,
                f"Nothing was changed. The limit is {self._seconds:g} s; try again.",
            )


async def send_problem(send: Send, status: int, code: str, title: str, detail: str) -> None:
    """A problem document from outside of the framework."""
    body = msgspec.json.encode(make_problem(status, code, title, detail))
    await send_bytes(send, status, body, [(b"content-type", b"application/problem+json")])


async def send_bytes(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    """A whole answer at once."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
