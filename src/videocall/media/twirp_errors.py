"""Twirp's errors (https://twitchtv.github.io/twirp/docs/spec_v7.html) and the checks of grants."""

from __future__ import annotations

from videocall.media.grants import Claims

STATUS = {
    "canceled": 408,
    "unknown": 500,
    "invalid_argument": 400,
    "malformed": 400,
    "deadline_exceeded": 408,
    "not_found": 404,
    "bad_route": 404,
    "already_exists": 409,
    "permission_denied": 403,
    "unauthenticated": 401,
    "resource_exhausted": 429,
    "failed_precondition": 412,
    "aborted": 409,
    "out_of_range": 400,
    "unimplemented": 501,
    "internal": 500,
    "unavailable": 503,
    "dataloss": 500,
}
"""The HTTP status of each code."""


class TwirpError(Exception):
    """A Twirp error: one of its codes and a text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def need(granted: bool, name: str) -> None:
    """Refuse, as LiveKit does, a token that lacks the grant called ``name``."""
    if not granted:
        raise TwirpError("unauthenticated", f"permissions denied: the token lacks {name}")


def need_admin(claims: Claims, room: str) -> None:
    """Refuse a token that is not for the administration of ``room``."""
    need(claims.video.room_admin and claims.video.room == room, "roomAdmin for this room")
