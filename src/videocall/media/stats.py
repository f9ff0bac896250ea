"""What one media server is doing, as JSON for the application and its health page."""

from __future__ import annotations

from dataclasses import fields

from videocall.media.engine import EngineStats
from videocall.media.hub import Hub


def snapshot(hub: Hub) -> dict[str, object]:
    """Counts of now, joins since the start and the engine's counters."""
    sessions, engine = list(hub.sessions()), hub.services.engine.stats()
    return {
        "rooms": len(hub.rooms),
        "participants": sum(1 for s in sessions if s.participant.active),
        "joining": sum(1 for s in sessions if not s.participant.active),
        "tracks": sum(len(s.participant.tracks) for s in sessions),
        "joins": hub.joins,
        "engine": {field.name: getattr(engine, field.name) for field in fields(EngineStats)},
    }
