"""What both ways to negotiate share: their host, their shape, trickled candidates, publications."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Protocol

from livekit.protocol import rtc

from videocall.media.engine import Engine, MediaKind, OfferedSection
from videocall.media.publications import PublicationPlan
from videocall.media.track import Encoding

_UDP_CANDIDATE = re.compile(r"a=candidate:\S+ \d+ udp ", re.IGNORECASE)  # RFC 8839, section 5.1


class NegotiationHost(Protocol):
    """The session a negotiator works for."""

    @property
    def reachable(self) -> bool:
        """Whether a signal connection is there to send on."""

    def send(self, response: rtc.SignalResponse) -> None: ...

    def offered_candidates(self, sdp: str) -> str:
        """Our description without the candidates that this client should not use."""

    def wanted(self) -> list[Encoding]:
        """What this participant should receive, oldest track first."""

    def plan_publications(self, offered: Sequence[OfferedSection]) -> PublicationPlan: ...

    def commit_publications(self, plan: PublicationPlan) -> None: ...

    def subscribed(self, encodings: Sequence[Encoding]) -> None:
        """These subscriptions exist in the engine from now on."""

    def sync(self) -> None:
        """What the client decodes has become known: choose anew what to send."""

    def negotiation_failed(self) -> None:
        """The client does not answer: it must start again."""


class Negotiator(Protocol):
    """One participant's peer connections."""

    @property
    def transports(self) -> tuple[int, ...]: ...

    @property
    def primary(self) -> int:
        """The transport whose connection makes the participant active."""

    @property
    def receiving(self) -> int:
        """The transport that carries subscriptions."""

    @property
    def receivable(self) -> frozenset[str] | None:
        """The video codecs the client decodes, as MIME types; None while it has not said."""

    def start(self) -> None:
        """After the join response."""

    def offer(self, description: rtc.SessionDescription) -> None:
        """The client's offer. ``ValueError`` on bad SDP."""

    def answer(self, description: rtc.SessionDescription) -> None:
        """The client's answer. ``ValueError`` on bad SDP."""

    def trickle(self, request: rtc.TrickleRequest) -> None: ...

    def sync(self, wanted: Sequence[Encoding]) -> None:
        """The participant should receive ``wanted`` from now on."""

    def resumed(self) -> None:
        """A new signal connection took over."""

    def tick(self, now: float) -> None: ...


def receivable_codecs(sections: Sequence[OfferedSection]) -> frozenset[str] | None:
    """The codecs of the video sections that a client receives on; None without such a section."""
    video = [s for s in sections if s.kind is MediaKind.VIDEO and s.client_receives]
    return frozenset(codec for section in video for codec in section.codecs) if video else None


def read_candidate(request: rtc.TrickleRequest) -> str | None:
    """The candidate line of a trickle message; None when there is none to use."""
    try:
        init = json.loads(request.candidateInit)
    except ValueError:
        return None
    candidate = init.get("candidate") if isinstance(init, dict) else None
    return candidate if isinstance(candidate, str) and candidate else None


def without_udp(sdp: str) -> str:
    """A description without its UDP candidates, unless it has no others."""
    candidates = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    if all(_over_udp(line) for line in candidates):
        return sdp
    return "".join(line for line in sdp.splitlines(keepends=True) if not _over_udp(line))


def _over_udp(line: str) -> bool:
    return bool(_UDP_CANDIDATE.match(line))


def answer_message(
    description: rtc.SessionDescription, sdp: str, mids: dict[str, str]
) -> rtc.SignalResponse:
    """The answer to an offer, carrying the offer's id."""
    return rtc.SignalResponse(
        answer=rtc.SessionDescription(
            type="answer", sdp=sdp, id=description.id, mid_to_track_id=mids
        )
    )


def answer_publisher(
    engine: Engine, host: NegotiationHost, transport: int, description: rtc.SessionDescription
) -> None:
    """Answer an offer on a transport that only publishes."""
    offered = engine.read_offer(description.sdp)
    plan = host.plan_publications(offered)
    sdp = engine.answer(transport, description.sdp, plan.sections, [])
    host.send(answer_message(description, host.offered_candidates(sdp), {}))
    host.commit_publications(plan)
