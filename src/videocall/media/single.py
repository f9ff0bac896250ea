"""Signalling v1: one peer connection; the client offers, the server asks it for more sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from livekit.protocol import rtc

from videocall.media.engine import Engine, MediaKind, OfferedSection
from videocall.media.negotiation import (
    NegotiationHost,
    answer_message,
    read_candidate,
    receivable_codecs,
)
from videocall.media.placement import MAX_SECTIONS, Placement
from videocall.media.track import Encoding

_PATIENCE_S = 5.0  # before asking again for an offer that did not come


class SingleNegotiator:
    """Answers offers and keeps asking until every wanted track has a section."""

    def __init__(
        self, host: NegotiationHost, engine: Engine, transport: int, now: Callable[[], float]
    ) -> None:
        self._host = host
        self._engine = engine
        self._transport = transport
        self._now = now
        self._placement = Placement()
        self._counts: Counter[MediaKind] = Counter()  # sections in the last offer
        self._promised: Counter[MediaKind] = Counter()  # asked for, not offered yet
        self._asked_at: float | None = None
        self._offered = False
        self._receivable: frozenset[str] | None = None

    @property
    def transports(self) -> tuple[int, ...]:
        return (self._transport,)

    @property
    def primary(self) -> int:
        return self._transport

    @property
    def receiving(self) -> int:
        return self._transport

    @property
    def receivable(self) -> frozenset[str] | None:
        return self._receivable

    def start(self) -> None:
        """The client begins."""

    def offer(self, description: rtc.SessionDescription) -> None:
        offered = self._engine.read_offer(description.sdp)
        self._receivable = receivable_codecs(offered) or self._receivable
        plan = self._host.plan_publications(offered)
        wanted = self._host.wanted()
        added = self._placement.place(wanted, _receiving(offered))
        sdp = self._engine.answer(
            self._transport, description.sdp, plan.sections, self._placement.plan()
        )
        sdp = self._host.offered_candidates(sdp)
        self._host.send(answer_message(description, sdp, self._placement.mid_to_track_id()))
        self._count(offered)
        self._host.commit_publications(plan)
        self._host.subscribed(added)
        self._host.sync()

    def _count(self, offered: Sequence[OfferedSection]) -> None:
        counts = Counter(section.kind for section in offered)
        self._promised -= counts - self._counts
        self._counts = counts
        self._asked_at = None
        self._offered = True

    def answer(self, description: rtc.SessionDescription) -> None:
        raise ValueError("an answer where the client is the one who offers")

    def trickle(self, request: rtc.TrickleRequest) -> None:
        candidate = read_candidate(request)
        if candidate is not None:
            self._engine.add_candidate(self._transport, candidate)

    def sync(self, wanted: Sequence[Encoding]) -> None:
        """Ask for an offer if one would help, with the sections that are missing."""
        if not self._offered or not self._host.reachable:
            return
        missing = Counter(track.kind for track in self._placement.missing(wanted))
        free = self._placement.free()
        needed = missing - free - self._promised
        room = MAX_SECTIONS - self._counts.total() - self._promised.total()
        audios = min(needed[MediaKind.AUDIO], max(0, room))
        videos = min(needed[MediaKind.VIDEO], max(0, room - audios))
        useful = self._placement.stale(wanted) or any(missing[kind] for kind in free)
        if not (audios or videos or (useful and self._asked_at is None)):
            return
        self._promised += Counter({MediaKind.AUDIO: audios, MediaKind.VIDEO: videos})
        self._asked_at = self._now()
        self._host.send(
            rtc.SignalResponse(
                media_sections_requirement=rtc.MediaSectionsRequirement(
                    num_audios=audios, num_videos=videos
                )
            )
        )

    def resumed(self) -> None:
        self._promised.clear()
        self._asked_at = None
        self.sync(self._host.wanted())

    def tick(self, now: float) -> None:
        if self._asked_at is not None and now - self._asked_at > _PATIENCE_S:
            self.resumed()


def _receiving(offered: Sequence[OfferedSection]) -> dict[str, MediaKind]:
    """The sections the client can receive on; those it sends on too come last."""
    usable = [s for s in offered if s.client_receives and s.kind is not MediaKind.DATA]
    return {s.mid: s.kind for s in sorted(usable, key=lambda s: s.client_sends)}
