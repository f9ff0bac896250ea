"""Tokens made by LiveKit's own SDK, and what tests send by hand."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from livekit import api
from livekit.protocol import rtc

KEY = "key"
SECRET = "a-secret-of-more-than-thirty-two-bytes"


def token(
    identity: str = "ann",
    room: str = "room",
    *,
    secret: str = SECRET,
    ttl: int = 600,
    **grants: Any,
) -> str:
    """A token to join ``room``; ``ttl`` in seconds, negative for an expired one."""
    video = api.VideoGrants(**{"room_join": True, "room": room, **grants})
    return (
        api.AccessToken(KEY, secret)
        .with_identity(identity)
        .with_name(identity.title())
        .with_ttl(datetime.timedelta(seconds=ttl))
        .with_grants(video)
        .to_jwt()
    )


def admin_token(room: str = "") -> str:
    """A token for RoomService."""
    return token("office", room, room_join=False, room_create=True, room_list=True, room_admin=True)


def join_request(**fields: Any) -> str:
    """The ``join_request`` query of signalling v1."""
    settings = rtc.ConnectionSettings(auto_subscribe=True)
    request = rtc.JoinRequest(**{"connection_settings": settings, **fields})
    wrapped = rtc.WrappedJoinRequest(join_request=request.SerializeToString())
    return base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()
