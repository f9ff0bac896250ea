"""What rooms and sessions are given to work with; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from livekit.protocol import models
from livekit.protocol.webhook import WebhookEvent

from videocall.media.config import MediaConfig
from videocall.media.engine import Engine
from videocall.media.ids import Ids
from videocall.media.presence import PresenceBook
from videocall.media.tokens import Tokens

if TYPE_CHECKING:
    from videocall.media.live_room import LiveRoom
    from videocall.media.session import Session


class WebhookSink(Protocol):
    """Takes events for one room's ordered queue. Never blocks."""

    def send(self, event: WebhookEvent) -> None: ...


@dataclass(slots=True)
class Directory:
    """Which room, session or track stands behind an engine handle."""

    rooms: dict[int, LiveRoom] = field(default_factory=dict)
    transports: dict[int, Session] = field(default_factory=dict)
    tracks: dict[int, Session] = field(default_factory=dict)
    participants: dict[int, Session] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Services:
    """``now`` is monotonic, ``wall`` Unix time; both in seconds."""

    config: MediaConfig
    engine: Engine
    ids: Ids
    tokens: Tokens
    webhooks: WebhookSink
    now: Callable[[], float]
    wall: Callable[[], float]
    directory: Directory = field(default_factory=Directory)
    presence: PresenceBook = field(default_factory=PresenceBook)

    def wall_ms(self) -> int:
        """Unix time in milliseconds."""
        return int(self.wall() * 1000)

    def notify(
        self,
        event: str,
        room: models.Room,
        participant: models.ParticipantInfo | None = None,
        track: models.TrackInfo | None = None,
        end: models.RoomEndReason = models.RoomEndReason.ROOM_END_UNKNOWN,
    ) -> None:
        """Queue one webhook."""
        self.webhooks.send(
            WebhookEvent(
                event=event,
                room=room,
                participant=participant,
                track=track,
                id=self.ids.event(),
                created_at=int(self.wall()),
                room_end_reason=end,
            )
        )
