"""A room: who is in it and what it is called. Pure; the clock is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from livekit.protocol import models

from videocall.media.participant import Participant
from videocall.media.track import Track

CODECS = (
    "audio/opus",
    "audio/red",
    "video/VP8",
    "video/H264",
    "video/VP9",
    "video/AV1",
    "video/rtx",
)


@dataclass(slots=True, eq=False)
class Room:
    """``empty_timeout`` counts from creation, ``departure_timeout`` from the last departure (s).

    Whoever only serves the call (a recorder, an agent) fills no seat and keeps no room open.
    """

    name: str
    sid: str
    handle: int
    created_at_ms: int
    created: float  # monotonic seconds
    empty_timeout: int
    departure_timeout: int
    max_participants: int = 0
    metadata: str = ""
    sif_trailer: bytes = b""
    api_key: str = ""  # whose token made it
    min_playout_delay: int = 0  # milliseconds
    max_playout_delay: int = 0
    sync_streams: bool = False
    participants: dict[str, Participant] = field(default_factory=dict)  # by identity
    publishers: dict[str, Participant] = field(default_factory=dict)  # those with tracks, likewise
    departed: float | None = None  # when the last participant left, monotonic seconds

    @property
    def full(self) -> bool:
        """Whether every seat is taken."""
        if not self.max_participants:
            return False
        seats = sum(1 for p in self.participants.values() if not p.dependent)
        return seats >= self.max_participants

    @property
    def deserted(self) -> bool:
        """Whether nobody is there but those who serve the call."""
        return all(p.dependent for p in self.participants.values())

    def by_sid(self, sid: str) -> Participant | None:
        return next((p for p in self.participants.values() if p.sid == sid), None)

    def others(self, participant: Participant) -> Iterator[Participant]:
        """Everybody else, in order of arrival."""
        return (p for p in self.participants.values() if p is not participant)

    def visible_to(self, participant: Participant) -> Iterator[Participant]:
        """The others that ``participant`` is told of: connected and not hidden."""
        return (p for p in self.others(participant) if p.seen)

    def tracks_for(self, participant: Participant) -> Iterator[tuple[Participant, Track]]:
        """Every published track of the others it is told of, with its publisher."""
        for publisher in self.publishers.values():
            if publisher is participant or not publisher.seen:
                continue
            for track in publisher.tracks.values():
                yield publisher, track

    def count_tracks(self, participant: Participant) -> None:
        """Keep ``publishers`` true: ``participant`` has published or ended a track."""
        known = self.participants.get(participant.identity) is participant
        if participant.tracks and known:
            self.publishers[participant.identity] = participant
        elif self.publishers.get(participant.identity) is participant:
            del self.publishers[participant.identity]

    def add(self, participant: Participant) -> None:
        self.participants[participant.identity] = participant
        if not participant.dependent:
            self.departed = None

    def discard(self, participant: Participant, now: float) -> None:
        """Take ``participant`` out, unless its identity belongs to a newer one already."""
        if self.participants.get(participant.identity) is participant:
            del self.participants[participant.identity]
        if self.publishers.get(participant.identity) is participant:
            del self.publishers[participant.identity]
        if not participant.dependent and self.deserted:
            self.departed = now

    def expired(self, now: float) -> bool:
        """Whether an empty room has outlived its timeout."""
        if not self.deserted:
            return False
        if self.departed is None:
            return now - self.created >= self.empty_timeout
        return now - self.departed >= self.departure_timeout

    def info(self) -> models.Room:
        counted = [p for p in self.participants.values() if p.seen]
        return models.Room(
            sid=self.sid,
            name=self.name,
            empty_timeout=self.empty_timeout,
            departure_timeout=self.departure_timeout,
            max_participants=self.max_participants,
            creation_time=self.created_at_ms // 1000,
            creation_time_ms=self.created_at_ms,
            enabled_codecs=[models.Codec(mime=mime) for mime in CODECS],
            metadata=self.metadata,
            num_participants=len(counted),
            num_publishers=sum(1 for p in counted if p.tracks),
            active_recording=any(p.active and p.recording for p in self.participants.values()),
        )
