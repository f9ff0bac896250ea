"""Access tokens for the development key pair, made by LiveKit's own SDK."""

from __future__ import annotations

import datetime
from typing import Any

from livekit import api

KEY, SECRET = "devkey", "secret"


def token(identity: str, room: str, **grants: Any) -> str:
    """A token to join ``room``; ``secret`` and ``ttl`` (seconds) may be wrong ones."""
    secret, ttl = grants.pop("secret", SECRET), grants.pop("ttl", 600)
    video = api.VideoGrants(
        room_join=True, room=room, can_update_own_metadata=True, can_publish=True
    )
    for name, value in grants.items():
        setattr(video, name, value)
    made = api.AccessToken(KEY, secret).with_identity(identity).with_name(identity)
    return made.with_ttl(datetime.timedelta(seconds=ttl)).with_grants(video).to_jwt()
