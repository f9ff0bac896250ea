"""Signalling v0: the client offers the publisher connection, the server the subscriber one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from livekit.protocol import rtc

from videocall.media.engine import Engine, MediaKind
from videocall.media.negotiation import (
    NegotiationHost,
    answer_publisher,
    read_candidate,
    receivable_codecs,
)
from videocall.media.placement import MAX_SECTIONS, Placement
from videocall.media.track import Encoding


class DualNegotiator:
    """Offers the subscriber connection anew whenever what is wanted changes, one at a time.

    It is the primary one, which a join waits for, unless the client only publishes: then there is
    no offer before something is wanted.
    """

    def __init__(
        self,
        host: NegotiationHost,
        engine: Engine,
        publisher: int,
        subscriber: int,
        now: Callable[[], float],
        timeout: float,
        subscriber_primary: bool = True,
    ) -> None:
        self._host = host
        self._engine = engine
        self._publisher = publisher
        self._subscriber = subscriber
        self._now = now
        self._timeout = timeout
        self._subscriber_primary = subscriber_primary
        self._placement = Placement()
        self._offer_id = 0
        self._added: list[Encoding] = []
        self._offered_at: float | None = None  # while an answer is awaited
        self._receivable: frozenset[str] | None = None

    @property
    def transports(self) -> tuple[int, ...]:
        return (self._publisher, self._subscriber)

    @property
    def primary(self) -> int:
        return self._subscriber if self._subscriber_primary else self._publisher

    @property
    def receiving(self) -> int:
        return self._subscriber

    @property
    def receivable(self) -> frozenset[str] | None:
        return self._receivable

    def start(self) -> None:
        if self._subscriber_primary:
            self._send_offer()

    def offer(self, description: rtc.SessionDescription) -> None:
        answer_publisher(self._engine, self._host, self._publisher, description)

    def answer(self, description: rtc.SessionDescription) -> None:
        if self._offered_at is None or description.id not in (0, self._offer_id):
            return  # an answer to an offer that a restart has replaced
        self._engine.accept_answer(self._subscriber, description.sdp)
        self._offered_at = None
        # An offer of ours lists every codec, so the answer says what the client decodes.
        answered = receivable_codecs(self._engine.read_offer(description.sdp))
        self._receivable = answered or self._receivable
        added, self._added = self._added, []
        self._host.subscribed(added)
        self._host.sync()

    def trickle(self, request: rtc.TrickleRequest) -> None:
        candidate = read_candidate(request)
        if candidate is not None:
            subscriber = request.target == rtc.SignalTarget.SUBSCRIBER
            transport = self._subscriber if subscriber else self._publisher
            self._engine.add_candidate(transport, candidate)

    def sync(self, wanted: Sequence[Encoding]) -> None:
        if self._offered_at is not None or not self._host.reachable:
            return
        missing = self._placement.missing(wanted)
        full = len(self._placement.sections) >= MAX_SECTIONS
        placeable = any(not full or self._placement.free()[t.kind] for t in missing)
        if placeable or self._placement.stale(wanted):
            self._send_offer()

    def _send_offer(self, ice_restart: bool = False) -> None:
        wanted = self._host.wanted()
        self._added += self._placement.place(wanted, self._sections_for(wanted))
        sdp = self._engine.offer(self._subscriber, self._placement.plan(), ice_restart)
        self._offer_id += 1
        self._offered_at = self._now()
        self._host.send(
            rtc.SignalResponse(
                offer=rtc.SessionDescription(
                    type="offer",
                    sdp=self._host.offered_candidates(sdp),
                    id=self._offer_id,
                    mid_to_track_id=self._placement.mid_to_track_id(),
                )
            )
        )

    def _sections_for(self, wanted: Sequence[Encoding]) -> dict[str, MediaKind]:
        """The sections so far, and new ones for what no free one can take."""
        sections = dict(self._placement.sections)
        free = self._placement.free()
        for track in self._placement.missing(wanted):
            if free[track.kind]:
                free[track.kind] -= 1
            elif len(sections) < MAX_SECTIONS:
                sections[f"{track.kind.value[0]}{len(sections)}"] = track.kind
        return sections

    def resumed(self) -> None:
        if self._offer_id:
            self._send_offer(ice_restart=True)

    def tick(self, now: float) -> None:
        waiting = self._offered_at
        if waiting is not None and self._host.reachable and now - waiting > self._timeout:
            self._offered_at = None
            self._host.negotiation_failed()
