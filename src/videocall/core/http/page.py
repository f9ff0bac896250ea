"""Serves the built page: its files, and the page itself for every other address."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path

from videocall.core.http.asgi import ASGIApp, Receive, Scope, Send
from videocall.core.http.requests import send_bytes

_NOT_BUILT = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Videocall</title>
<h1>Videocall runs, but its page is not built</h1>
<p>Build it with <code>make page</code> and reload. The API is at <a href="/docs">/docs</a>.</p>
"""
_IMMUTABLE = b"public, max-age=31536000, immutable"


class PageFiles:
    """Answers GET and HEAD outside of ``reserved`` prefixes from ``folder``; passes on the rest."""

    def __init__(self, app: ASGIApp, folder: Path, reserved: tuple[str, ...]) -> None:
        self._app = app
        self._folder = folder.resolve()
        self._reserved = reserved

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or self._is_reserved(scope["path"])
        ):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        file = await asyncio.to_thread(self._find, path)
        if file is None and path.startswith("/assets/"):
            # Never the page in place of a script: a browser would cache it as that.
            await self._answer(scope, send, 404, b"Not found", "text/plain", b"no-store")
            return
        if file is None:
            file = self._folder / "index.html"
            path = "/index.html"
        try:
            body = await asyncio.to_thread(file.read_bytes)
        except OSError:
            await self._answer(scope, send, 503, _NOT_BUILT, "text/html", b"no-store")
            return
        cache = _IMMUTABLE if path.startswith("/assets/") else b"no-cache"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        await self._answer(scope, send, 200, body, kind, cache)

    def _is_reserved(self, path: str) -> bool:
        return any(path == item or path.startswith(f"{item}/") for item in self._reserved)

    def _find(self, path: str) -> Path | None:
        relative = path.lstrip("/")
        if not relative or "\0" in relative:
            return None
        try:
            file = (self._folder / relative).resolve()
            inside = file.is_relative_to(self._folder) and file.is_file()
        except (OSError, ValueError):
            return None
        return file if inside else None

    async def _answer(
        self, scope: Scope, send: Send, status: int, body: bytes, kind: str, cache: bytes
    ) -> None:
        is_text = kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml")
        content_type = f"{kind}; charset=utf-8" if is_text else kind
        headers = [(b"content-type", content_type.encode()), (b"cache-control", cache)]
        if scope["method"] == "HEAD":
            length = str(len(body)).encode()
            headers.append((b"content-length", length))
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await send_bytes(send, status, body, headers)
