"""Which section of a client's offer carries which announced media. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from videocall.media.engine import MediaKind, OfferedSection, PublishSection
from videocall.media.participant import Participant
from videocall.media.track import Encoding


@dataclass(slots=True)
class PublicationPlan:
    """What an offer publishes; committed once the engine has taken it."""

    sections: list[PublishSection] = field(default_factory=list)
    started: list[tuple[Encoding, OfferedSection]] = field(default_factory=list)
    ended: list[Encoding] = field(default_factory=list)


def plan_publications(
    participant: Participant, offered: Sequence[OfferedSection]
) -> PublicationPlan:
    """Match the sections a client sends on with what it announced.

    A section keeps its media; a new one takes the pending announcement of its msid, else the
    first pending one of its kind that no other section names (Firefox renames tracks).
    """
    plan = PublicationPlan()
    sending = [s for s in offered if s.client_sends and s.kind is not MediaKind.DATA]
    live = participant.encodings()
    by_mid = {encoding.mid: encoding for encoding in live}
    pending = participant.announced()
    named = {s.msid_track for s in sending if s.msid_track}
    kept: set[int] = set()
    for section in sending:
        encoding = by_mid.get(section.mid)
        if encoding is not None and _still_carries(encoding, section, pending):
            kept.add(encoding.handle)
        else:
            encoding = _take_pending(section, pending, named)
            if encoding is None:
                continue
            plan.started.append((encoding, section))
        plan.sections.append(_publish_section(encoding, section))
    plan.ended = [encoding for encoding in live if encoding.handle not in kept]
    return plan


def _still_carries(
    encoding: Encoding, section: OfferedSection, pending: Sequence[Encoding]
) -> bool:
    if encoding.kind is not section.kind:
        return False
    cid = section.msid_track
    return not cid or encoding.cid == cid or not any(p.cid == cid for p in pending)


def _take_pending(
    section: OfferedSection, pending: list[Encoding], named: set[str]
) -> Encoding | None:
    alike = [e for e in pending if e.kind is section.kind]
    cid = section.msid_track
    chosen = next((e for e in alike if cid and e.cid == cid), None)
    if chosen is None:
        chosen = next((e for e in alike if e.cid not in named), None)
    if chosen is not None:
        pending.remove(chosen)
    return chosen


def _publish_section(encoding: Encoding, section: OfferedSection) -> PublishSection:
    info = encoding.track.info
    return PublishSection(
        mid=section.mid,
        track=encoding.handle,
        prefer_codec=encoding.mime or None,
        dtx=not info.disable_dtx,
        stereo=info.stereo,
        red=not info.disable_red and not info.stereo,
    )
