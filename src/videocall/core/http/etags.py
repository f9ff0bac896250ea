"""Representations with an ETag: made once, answered with 304 to whoever has them already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from litestar import Response

from videocall.core.http.problems import AnyRequest

REVALIDATE = "public, no-cache"
"""Anybody may keep it, and asks each time whether it is still true."""

PRIVATE = "private, no-store"
"""For one person's eyes."""

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Representation:
    """An encoded JSON answer and its strong ETag (RFC 9110, section 8.8.3)."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes, version: str = "") -> Representation:
        """Tagged by its bytes; a version in front lets writers compare that alone."""
        digest = blake2b(body, digest_size=12).hexdigest()
        return cls(body, f'"{version}-{digest}"' if version else f'"{digest}"')


def answer(request: AnyRequest, found: Representation, cache_control: str) -> Response[Any]:
    """200 with the body, or 304 without when the caller's If-None-Match names it."""
    headers = {"ETag": found.etag, "Cache-Control": cache_control}
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, found.etag):
        return Response(None, status_code=304, headers=headers)
    return Response(found.body, status_code=200, media_type="application/json", headers=headers)


def matches(header: str, etag: str) -> bool:
    """Whether If-None-Match names the tag: weak comparison, or '*'."""
    return header.strip() == "*" or etag.strip('"') in _TAG.findall(header)


def version_of(if_match: str | None) -> int | None:
    """The version in an If-Match of '"7-…"' or '"7"'; None without the header or with '*'.

    What is no tag of ours names no version that ever was: 0.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    version = found[1].partition("-")[0] if found else ""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
