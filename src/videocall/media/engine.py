"""The port to the Rust engine: what the media server asks of it and what it reports.

Python decides, at the rate of people; the engine moves, at the rate of packets. Everything here is
called at most a few times per join, track or click. Handles (participants, transports, tracks,
rooms) are positive integers that the caller allocates and never uses twice in an engine's life.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class MediaKind(Enum):
    """What an SDP section (RFC 8829, 'm=' line) carries."""

    AUDIO = "audio"
    VIDEO = "video"
    DATA = "application"


class Role(Enum):
    """Which of a participant's peer connections a transport is."""

    SINGLE = "single"  # signalling v1: publishes and subscribes, the client always offers
    PUBLISHER = "publisher"  # signalling v0: the client offers
    SUBSCRIBER = "subscriber"  # signalling v0: the server offers and opens the data channels


class DataKind(Enum):
    """The two user data channels of LiveKit, named after their delivery."""

    RELIABLE = 0
    LOSSY = 1


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How an engine meets the network.

    ``port`` 0 takes a free one. ``tcp_port`` is that of ICE-TCP (RFC 6544), for clients whose
    network blocks UDP; 0 takes a free one, None: off. ``advertise`` lists the addresses (IPv4 or
    IPv6 literals) that go into candidates; empty: the bind address, or every local one when that
    is unspecified.
    """

    bind: str = "0.0.0.0"
    port: int = 7882
    tcp_port: int | None = None
    advertise: Sequence[str] = ()
    transport_timeout_ms: int = 15_000
    speaker_interval_ms: int = 400
    bytes_per_second: int = 12_500_000  # of media and reports that one transport may send


@dataclass(frozen=True, slots=True)
class OfferedSection:
    """One section of a client's offer, as far as Python needs it to decide."""

    mid: str
    kind: MediaKind
    client_sends: bool  # sendonly or sendrecv
    client_receives: bool  # recvonly or sendrecv
    msid_stream: str | None
    msid_track: str | None  # equals AddTrackRequest.cid
    rids: tuple[str, ...]  # simulcast layers the client sends, in its order
    codecs: tuple[str, ...]  # MIME types, lower case, in the client's order ("video/vp8")


@dataclass(frozen=True, slots=True)
class PublishSection:
    """Take what the client sends on ``mid`` as ``track``."""

    mid: str
    track: int
    prefer_codec: str | None = None  # MIME type put first in the answer
    dtx: bool = True
    stereo: bool = False
    red: bool = True


@dataclass(frozen=True, slots=True)
class SendSection:
    """Send ``track`` to the client on ``mid`` under the msid ``stream_id track_id``."""

    mid: str
    track: int
    stream_id: str
    track_id: str


class Engine(Protocol):
    """The media engine. Methods are thread-safe and never wait for the network.

    Unknown handles raise ``KeyError``, bad SDP and other bad input ``ValueError`` whose text names
    what is wrong; a closed engine raises ``RuntimeError``.
    """

    @property
    def port(self) -> int:
        """The UDP port that media arrives on."""

    @property
    def tcp_port(self) -> int | None:
        """The TCP port that media arrives on where UDP is blocked; None: off."""

    def close(self) -> None:
        """Stop the threads and close the sockets. Safe to repeat."""

    def event_fd(self) -> int:
        """A descriptor that is readable while events wait (for ``loop.add_reader``)."""

    def drain(self) -> list[Event]:
        """Take all waiting events, oldest first, and make ``event_fd`` unreadable."""

    # Rooms and participants: who hears whose data messages, who is measured as speaking.
    def open_room(self, room: int) -> None: ...
    def set_playout_delay(self, room: int, min_ms: int, max_ms: int) -> None:
        """Tell receivers how long after its capture to show video; both 0: say nothing.

        It holds for what they subscribe to from now on.
        """

    def close_room(self, room: int) -> None: ...
    def add_participant(
        self, room: int, participant: int, sid: str, identity: str, can_publish_data: bool
    ) -> None: ...
    def set_can_publish_data(self, participant: int, allowed: bool) -> None: ...
    def remove_participant(self, participant: int) -> None:
        """Close its transports, end its tracks and everybody's subscriptions to them."""

    def activity(self, participant: int) -> Activity:
        """When the participant last showed life, over its transports. Unknown once removed."""

    # Transports and negotiation.
    def add_transport(self, participant: int, transport: int, role: Role) -> None: ...
    def remove_transport(self, transport: int) -> None: ...
    def read_offer(self, sdp: str) -> list[OfferedSection]: ...
    def answer(
        self,
        transport: int,
        sdp: str,
        publish: Sequence[PublishSection],
        send: Sequence[SendSection],
    ) -> str:
        """Apply a client's offer and return the answer.

        Sections named in neither plan are answered inactive; a data section is always taken. New
        ICE credentials in the offer restart ICE. Tracks and subscriptions of earlier negotiations
        on this transport that the plans no longer name end.
        """

    def offer(self, transport: int, send: Sequence[SendSection], ice_restart: bool = False) -> str:
        """The server's offer on a subscriber transport: a data section, then ``send``.

        Sections keep their place over repeated offers (RFC 8829); a mid that is no longer named
        becomes inactive and may be named again for another track of the same kind.
        """

    def accept_answer(self, transport: int, sdp: str) -> None: ...
    def add_candidate(self, transport: int, candidate: str) -> None:
        """A trickled remote candidate ('candidate:...'). Unusable ones are ignored."""

    # Tracks.
    def set_track_muted(self, track: int, muted: bool) -> None:
        """Stop (or resume, with a keyframe request) forwarding a published track to everybody."""

    def unpublish(self, track: int) -> None: ...
    def set_subscription(
        self,
        transport: int,
        track: int,
        enabled: bool,
        max_quality: int = 2,
        max_fps: int = 0,
        priority: int = 0,
    ) -> None:
        """Pause or resume one subscription and cap its layer (0 low to 2 high) and frame rate.

        ``max_fps`` 0 is no limit; others are kept by leaving out temporal layers, if the track has
        any. Where bandwidth is short a larger ``priority`` (0 to 255) is served first; among equals
        the engine prefers active speakers.
        """

    def request_keyframe(self, track: int) -> None: ...

    # Data.
    def send_data(
        self, room: int, kind: DataKind, packet: bytes, to: Sequence[int] | None = None
    ) -> None:
        """Send an encoded ``livekit.DataPacket`` as the server, to all or to these participants."""

    def listen(self, room: int, identity: str) -> None:
        """Report data packets whose destination is ``identity`` (nobody's) as ``ServerData``.

        So the server can be one end of an RPC. ``ValueError`` above 1,024 identities in a room.
        """

    def unlisten(self, room: int, identity: str) -> None:
        """Undo ``listen``; nothing if it was not called."""

    def last_sequence(self, participant: int) -> int:
        """Of the participant's reliable messages, the last ``sequence``; 0: none.

        For ``ReconnectResponse.last_message_seq``: a resuming client sends those after it again.
        """

    def resend_data(self, participant: int, seen: Sequence[tuple[str, int]]) -> None:
        """Send a resumed participant the reliable messages of the last 20 s that it missed.

        ``seen``: (publisher sid, last ``sequence``) from ``SyncState.datachannel_receive_states``.
        Of publishers it does not name it gets everything; when it names none, nothing.
        """

    def stats(self) -> EngineStats: ...
    def transport_report(self, transport: int) -> TransportReport:
        """How a transport does now. A lookup in the shard's next turn; for every few seconds."""


@dataclass(frozen=True, slots=True)
class EngineStats:
    """Counters since the engine started, and what it holds now. Bytes are UDP payload bytes."""

    rooms: int
    participants: int
    transports: int
    tracks: int
    subscriptions: int
    packets_in: int
    packets_out: int
    bytes_in: int
    bytes_out: int
    packets_dropped: int  # malformed, unauthenticated, replayed or for nobody
    packets_limited: int  # beyond what one client may send; unread
    connections_refused: int  # TCP connections turned away or cut off
    packets_lost_in: int  # never arrived from publishers, after repair
    packets_recovered: int  # lost from publishers, taken from their redundant audio (RFC 2198)
    retransmitted: int  # sent again to subscribers on their NACK
    nacks_in: int
    nacks_out: int
    plis_in: int
    plis_out: int
    engine_cpu_ns: int  # CPU time of the engine's threads


@dataclass(frozen=True, slots=True)
class Activity:
    """Milliseconds since a participant's last signs of life; None: never."""

    media_ms: int | None  # an authentic RTP packet
    data_ms: int | None  # a message on a data channel
    connectivity_ms: int | None  # an ICE check or RTCP, authentic, or the end of the DTLS handshake


@dataclass(frozen=True, slots=True)
class TransportReport:
    """How a transport does. Losses are shares of packets (0 to 1) over the last few seconds."""

    rtt_ms: float | None  # to the client and back; None before the first answer
    loss_out: float  # of what we sent, as the client tells
    loss_in: float  # of what the client sent, before repair
    jitter_in_ms: float  # of the client's stream that varies most
    sent_bps: int
    received_bps: int
    estimate_bps: int | None  # what the path to the client carries; None before any feedback
    paused: int  # subscriptions paused for lack of bandwidth


# Events. The engine's own classes match these names and fields.
@dataclass(frozen=True, slots=True)
class TransportConnected:
    """ICE and DTLS are up."""

    transport: int


@dataclass(frozen=True, slots=True)
class TransportFailed:
    """Nothing valid arrived for ``transport_timeout_ms``, or DTLS failed. Told once."""

    transport: int
    reason: str  # "timeout", "dtls", "closed", "slow" (reliable data unread) or "internal"


@dataclass(frozen=True, slots=True)
class DataChannelsOpen:
    """Both user data channels can be written."""

    transport: int


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """The first packet of a published track arrived."""

    track: int
    codec: str  # MIME type really sent, lower case


@dataclass(frozen=True, slots=True)
class TrackLayers:
    """Which simulcast layers of a track are alive now (quality 0 low to 2 high)."""

    track: int
    alive: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is audible in a room, loudest first; only sent on change. Levels are 0 to 1."""

    room: int
    levels: tuple[tuple[int, float], ...]  # (participant, level)


@dataclass(frozen=True, slots=True)
class StreamStates:
    """Subscriptions that a lack of bandwidth paused, or that were resumed after one.

    A client's own wish (``enabled`` false) and a mute are never told here.
    """

    transport: int
    states: tuple[tuple[int, bool], ...]  # (track, paused)


@dataclass(frozen=True, slots=True)
class ServerData:
    """A ``livekit.DataPacket``, stamped with its sender, to an identity of ``listen``."""

    room: int
    participant: int
    packet: bytes


Event = (
    TransportConnected
    | TransportFailed
    | DataChannelsOpen
    | TrackStarted
    | TrackLayers
    | Speakers
    | StreamStates
    | ServerData
)
