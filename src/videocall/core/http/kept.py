"""Answers from memory in front of the framework: what is cached is sent without routing.

Only representations that everybody may see are kept (see `etags`), so nobody's rights are asked
for. What is not kept, or comes from another origin (CORS), goes on to the application.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from videocall.core.http.asgi import ASGIApp, Receive, Scope, Send
from videocall.core.http.etags import REVALIDATE, Representation, matches
from videocall.core.http.requests import header

FindKept: TypeAlias = Callable[[str, str], Awaitable[Representation | None]]
"""From the last part of the path ('' for the collection) and the raw query to what is kept."""

_CACHE_CONTROL = REVALIDATE.encode()


class KeptAnswers:
    """Asks ``kept`` first for GET of a collection's path or of one item below it."""

    def __init__(self, app: ASGIApp, kept: Mapping[str, FindKept]) -> None:
        self._app = app
        self._kept = dict(kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await self._find(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        known = header(scope, b"if-none-match")
        headers = [(b"etag", found.etag.encode()), (b"cache-control", _CACHE_CONTROL)]
        status, body = 200, found.body
        if known is not None and matches(known, found.etag):
            status, body = 304, b""
        else:
            headers += [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _find(self, scope: Scope) -> Representation | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path: str = scope["path"]
        collection, _, item = path.rpartition("/")
        find = self._kept.get(path)
        if find is None:
            find = self._kept.get(collection)
        else:
            item = ""
        if find is None or header(scope, b"origin") is not None:
            return None
        return await find(item, scope["query_string"].decode("latin-1"))
