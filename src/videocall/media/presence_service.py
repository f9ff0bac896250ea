"""``videocall.Presence``, our extension of LiveKit's API: Twirp with JSON bodies only."""

from __future__ import annotations

import json
from collections.abc import Mapping

from videocall.media.grants import Claims
from videocall.media.hub import Hub
from videocall.media.presence import present, signs_of
from videocall.media.twirp_errors import TwirpError, need_admin

PRESENCE = "videocall.Presence"
LIST_PRESENCE = "ListPresence"


class PresenceService:
    """Answers ListPresence: ``{"room": name}`` with the room's administration granted."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def call(self, claims: Claims, body: bytes) -> Mapping[str, object]:
        """Everybody in the room and who left it lately; its ended sessions; the server's time."""
        name = _room(body)
        need_admin(claims, name)
        services = self._hub.services
        now, live = services.wall_ms(), self._hub.rooms.get(name)
        people = list(services.presence.people(name, now))
        if live is not None:
            for who in live.room.participants.values():
                signs = signs_of(services.engine, who.handle, now)
                people.append(present(live.room, who, signs))
        return {
            "room": name,
            "room_sid": live.room.sid if live is not None else None,
            "now_ms": now,
            "participants": [person.to_json() for person in people],
            "ended": [
                {
                    "room_sid": past.sid,
                    "created_at_ms": past.created_at_ms,
                    "ended_at_ms": past.ended_at_ms,
                    "reason": past.reason,
                }
                for past in services.presence.rooms(name, now)
            ],
        }


def _room(body: bytes) -> str:
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise TwirpError("malformed", "the request could not be decoded") from error
    room = asked.get("room") if isinstance(asked, dict) else None
    if not isinstance(room, str) or not room:
        raise TwirpError("invalid_argument", "no room name")
    return room
