"""A recording engine: the port of ``videocall.media.engine`` without sockets or media.

Its SDP is JSON: a list of sections, each ``{"mid", "kind", "send", "recv", "cid", "rids"}``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from videocall.media.engine import (
    Activity,
    DataKind,
    EngineConfig,
    EngineStats,
    Event,
    MediaKind,
    OfferedSection,
    PublishSection,
    Role,
    SendSection,
    TransportReport,
)

CODECS = {"audio": ("audio/opus",), "video": ("video/vp8", "video/av1"), "application": ()}


@dataclass
class Answered:
    transport: int
    publish: list[PublishSection]
    send: list[SendSection]


@dataclass
class FakeTransport:
    participant: int
    role: Role
    sends: dict[int, SendSection] = field(default_factory=dict)
    carried: dict[str, int] = field(default_factory=dict)  # mid: track, last negotiated
    candidates: list[str] = field(default_factory=list)


class FakeEngine:
    """Knows what it was told, answers offers, and refuses unknown handles like the real one."""

    def __init__(self, config: EngineConfig | None = None) -> None:
        self.config = config or EngineConfig()
        self.rooms: set[int] = set()
        self.participants: dict[int, tuple[int, str, str, bool]] = {}
        self.transports: dict[int, FakeTransport] = {}
        self.tracks: dict[int, int] = {}
        self.muted: set[int] = set()
        self.answered: list[Answered] = []
        self.offers: list[tuple[int, list[SendSection], bool]] = []
        self.settings: dict[tuple[int, int], tuple[bool, int]] = {}
        self.priorities: dict[tuple[int, int], int] = {}
        self.reports: dict[int, TransportReport] = {}  # what transport_report answers
        self.data: list[tuple[int, DataKind, bytes, Sequence[int] | None]] = []
        self.listening: set[tuple[int, str]] = set()
        self.sequences: dict[int, int] = {}  # participant: its last reliable message
        self.resent: list[tuple[int, list[tuple[str, int]]]] = []
        self.switched: list[str] = []  # sections that went straight from one track to another
        self.playout_delays: dict[int, tuple[int, int]] = {}  # by room, in milliseconds
        self.activities: dict[int, Activity] = {}
        self.candidates = ""  # what every description ends with
        self.closed = False
        self._events: list[Event] = []
        self._pipe: tuple[int, int] | None = None  # only for who watches event_fd

    @property
    def port(self) -> int:
        return self.config.port or 40000

    @property
    def tcp_port(self) -> int | None:
        return self.config.tcp_port

    def close(self) -> None:
        self.closed = True
        for end in self._pipe or ():
            os.close(end)
        self._pipe = None

    def event_fd(self) -> int:
        if self._pipe is None:
            self._pipe = os.pipe()
        return self._pipe[0]

    def emit(self, event: Event) -> None:
        self._events.append(event)
        if self._pipe is not None:
            os.write(self._pipe[1], b"!")

    def drain(self) -> list[Event]:
        events, self._events = self._events, []
        if events and self._pipe is not None:
            os.read(self._pipe[0], len(events))
        return events

    def open_room(self, room: int) -> None:
        self.rooms.add(room)

    def set_playout_delay(self, room: int, min_ms: int, max_ms: int) -> None:
        if room not in self.rooms:
            raise KeyError(room)
        self.playout_delays[room] = (min_ms, max_ms)

    def close_room(self, room: int) -> None:
        self.rooms.remove(room)

    def add_participant(
        self, room: int, participant: int, sid: str, identity: str, can_publish_data: bool
    ) -> None:
        if room not in self.rooms:
            raise KeyError(room)
        self.participants[participant] = (room, sid, identity, can_publish_data)

    def set_can_publish_data(self, participant: int, allowed: bool) -> None:
        room, sid, identity, _ = self.participants[participant]
        self.participants[participant] = (room, sid, identity, allowed)

    def remove_participant(self, participant: int) -> None:
        del self.participants[participant]
        gone = [
            t for t, transport in self.transports.items() if transport.participant == participant
        ]
        for transport in gone:
            self.remove_transport(transport)

    def activity(self, participant: int) -> Activity:
        if participant not in self.participants:
            raise KeyError(participant)
        return self.activities.get(participant, Activity(None, None, None))

    def add_transport(self, participant: int, transport: int, role: Role) -> None:
        if participant not in self.participants:
            raise KeyError(participant)
        self.transports[transport] = FakeTransport(participant, role)

    def remove_transport(self, transport: int) -> None:
        del self.transports[transport]
        for track in [t for t, owner in self.tracks.items() if owner == transport]:
            self.unpublish(track)

    def read_offer(self, sdp: str) -> list[OfferedSection]:
        if sdp == "ok":  # an answer whose sections no test looks at
            return []
        try:
            sections = json.loads(sdp)
        except ValueError as error:
            raise ValueError("the SDP can't be read") from error
        return [
            OfferedSection(
                mid=s["mid"],
                kind=MediaKind(s["kind"]),
                client_sends=s.get("send", False),
                client_receives=s.get("recv", False),
                msid_stream=None,
                msid_track=s.get("cid"),
                rids=tuple(s.get("rids", ())),
                codecs=tuple(s.get("codecs", CODECS[s["kind"]])),
            )
            for s in sections
        ]

    def answer(
        self,
        transport: int,
        sdp: str,
        publish: Sequence[PublishSection],
        send: Sequence[SendSection],
    ) -> str:
        self.read_offer(sdp)
        self._negotiated(transport, send)
        for track in [t for t, owner in self.tracks.items() if owner == transport]:
            if track not in {p.track for p in publish}:
                self.unpublish(track)
        self.tracks.update({p.track: transport for p in publish})
        self.answered.append(Answered(transport, list(publish), list(send)))
        return f"answer {len(self.answered)}\r\n{self.candidates}"

    def _negotiated(self, transport: int, send: Sequence[SendSection]) -> None:
        for section in send:
            if section.track not in self.tracks:
                raise KeyError(section.track)
        known = self.transports[transport]
        carried = {s.mid: s.track for s in send}
        self.switched += [m for m, t in known.carried.items() if carried.get(m, t) != t]
        known.sends, known.carried = {s.track: s for s in send}, carried

    def offer(self, transport: int, send: Sequence[SendSection], ice_restart: bool = False) -> str:
        self._negotiated(transport, send)
        self.offers.append((transport, list(send), ice_restart))
        return f"offer {len(self.offers)}\r\n{self.candidates}"

    def accept_answer(self, transport: int, sdp: str) -> None:
        if transport not in self.transports:
            raise KeyError(transport)
        if sdp == "bad":
            raise ValueError("the SDP can't be read")

    def add_candidate(self, transport: int, candidate: str) -> None:
        self.transports[transport].candidates.append(candidate)

    def set_track_muted(self, track: int, muted: bool) -> None:
        if track not in self.tracks:
            raise KeyError(track)
        if muted:
            self.muted.add(track)
        else:
            self.muted.discard(track)

    def unpublish(self, track: int) -> None:
        del self.tracks[track]
        for transport in self.transports.values():
            transport.sends.pop(track, None)

    def set_subscription(
        self,
        transport: int,
        track: int,
        enabled: bool,
        max_quality: int = 2,
        max_fps: int = 0,
        priority: int = 0,
    ) -> None:
        if track not in self.transports[transport].sends:
            raise KeyError(track)
        self.settings[transport, track] = (enabled, max_quality)
        self.priorities[transport, track] = priority

    def request_keyframe(self, track: int) -> None:
        if track not in self.tracks:
            raise KeyError(track)

    def send_data(
        self, room: int, kind: DataKind, packet: bytes, to: Sequence[int] | None = None
    ) -> None:
        self.data.append((room, kind, packet, to))

    def listen(self, room: int, identity: str) -> None:
        if room not in self.rooms:
            raise KeyError(room)
        self.listening.add((room, identity))

    def unlisten(self, room: int, identity: str) -> None:
        self.listening.discard((room, identity))

    def last_sequence(self, participant: int) -> int:
        if participant not in self.participants:
            raise KeyError(participant)
        return self.sequences.get(participant, 0)

    def resend_data(self, participant: int, seen: Sequence[tuple[str, int]]) -> None:
        if participant not in self.participants:
            raise KeyError(participant)
        self.resent.append((participant, list(seen)))

    def stats(self) -> EngineStats:
        return EngineStats(
            len(self.rooms),
            len(self.participants),
            len(self.transports),
            len(self.tracks),
            *(0 for _ in range(16)),
        )

    def transport_report(self, transport: int) -> TransportReport:
        if transport not in self.transports:
            raise KeyError(transport)
        quiet = TransportReport(None, 0.0, 0.0, 0.0, 0, 0, None, 0)
        return self.reports.get(transport, quiet)
