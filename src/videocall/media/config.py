"""What a media server is told at its start: addresses, keys, webhooks, timeouts, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from videocall.media.turn import Turn

DEV_KEY = "devkey"
DEV_SECRET = "secret"  # noqa: S105 - LiveKit's public development pair, only with --dev


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one client, or all of them, may make the server hold. Sizes are bytes."""

    request_head: int = 64 * 1024
    signal_message: int = 512 * 1024
    api_body: int = 1024 * 1024
    metadata: int = 64_000  # LiveKit's figures, for this and the next
    attributes: int = 64_000
    identity: int = 256
    room_name: int = 256
    name: int = 256
    data_message: int = 64_000
    rooms: int = 10_000
    rooms_per_key: int = 0  # made with tokens of one API key; 0: only the bound of the server
    participants_per_room: int = 500
    joining: int = 1_000  # joins whose media is not connected yet
    tracks_per_participant: int = 64
    subscription_choices: int = 2_000  # explicit choices one participant may store
    outbox: int = 2_000  # signal messages waiting for one slow client
    signal_rate: float = 100.0  # signal messages a second, sustained
    signal_burst: int = 400
    webhooks_queued: int = 1_000  # for each room and URL
    webhooks_spooled: int = 100_000  # on disk, for all of them


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    empty_room: int = 300  # nobody ever came
    departed_room: int = 20  # the last one left
    transport: float = 15.0  # nothing valid on a media transport
    join: float = 15.0  # from the join to connected media
    resume: float = 5.0  # from a lost signal connection or transport to removal
    signal_idle: float = 20.0  # nothing heard on a signal connection
    negotiation: float = 15.0  # an unanswered offer of ours
    ping_interval: int = 5  # what clients are told
    ping_timeout: int = 15
    token_refresh: float = 300.0
    webhook_attempt: float = 5.0
    webhook_give_up: float = 600.0  # of an event that the receiver refuses (4xx)
    webhook_keep: float = 86_400.0  # of an event while the receiver is away
    drain: float = 3.0  # at a stop, for webhooks and closing sockets


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """One media server. ``port`` and ``rtc_port`` 0 take free ones.

    ``rtc_tcp_port`` is for clients whose network blocks UDP: 0 takes a free one, None: off.
    ``advertise`` lists the IP addresses put into candidates; empty: every local one. ``keys`` maps
    API keys to secrets; ``webhook_key`` names the one that signs webhooks (default: the first).
    ``spool`` is the file in which webhooks wait over a restart; None keeps them in memory.
    ``single_peer_connection`` False answers 404 on ``/rtc/v1``, as servers before it did.
    """

    host: str = "0.0.0.0"
    port: int = 7880
    rtc_host: str = "0.0.0.0"
    rtc_port: int = 7882
    rtc_tcp_port: int | None = None
    advertise: Sequence[str] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    webhook_urls: Sequence[str] = ()
    webhook_key: str | None = None
    spool: Path | None = None
    auto_create: bool = True
    remote_unmute: bool = False
    single_peer_connection: bool = True
    turn: Turn = field(default_factory=Turn)
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("the media server needs at least one API key")
        if self.webhook_key is not None and self.webhook_key not in self.keys:
            raise ValueError(f"webhook_key {self.webhook_key!r} is not among the API keys")

    @property
    def signing_key(self) -> str:
        """The API key whose secret signs webhooks."""
        return self.webhook_key or next(iter(self.keys))


def development(port: int = 7880, **changes: object) -> MediaConfig:
    """The configuration of ``--dev``: LiveKit's well-known key pair devkey/secret."""
    return MediaConfig(port=port, keys={DEV_KEY: DEV_SECRET}, **changes)  # type: ignore[arg-type]
