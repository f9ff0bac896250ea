"""Which section of a client's offer carries which announced track. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from videocall.media.engine import MediaKind, OfferedSection, PublishSection
from videocall.media.participant import Participant
from videocall.media.track import Track


@dataclass(slots=True)
class PublicationPlan:
    """What an offer publishes; committed once the engine has taken it."""

    sections: list[PublishSection] = field(default_factory=list)
    started: list[tuple[Track, OfferedSection]] = field(default_factory=list)
    ended: list[Track] = field(default_factory=list)


def plan_publications(
    participant: Participant, offered: Sequence[OfferedSection]
) -> PublicationPlan:
    """Match the sections a client sends on with its tracks.

    A section keeps its track; a new one takes the pending track that announced its msid, else the
    first pending one of its kind that no other section names (Firefox renames tracks).
    """
    plan = PublicationPlan()
    sending = [s for s in offered if s.client_sends and s.kind is not MediaKind.DATA]
    by_mid = {track.mid: track for track in participant.tracks.values()}
    pending = list(participant.pending.values())
    named = {s.msid_track for s in sending if s.msid_track}
    kept: set[int] = set()
    for section in sending:
        track = by_mid.get(section.mid)
        if track is not None and _still_carries(track, section, pending):
            kept.add(track.handle)
        else:
            track = _take_pending(section, pending, named)
            if track is None:
                continue
            plan.started.append((track, section))
        plan.sections.append(_publish_section(track, section))
    plan.ended = [t for t in participant.tracks.values() if t.handle not in kept]
    return plan


def _still_carries(track: Track, section: OfferedSection, pending: Sequence[Track]) -> bool:
    if track.kind is not section.kind:
        return False
    cid = section.msid_track
    return not cid or track.announces(cid) or not any(p.announces(cid) for p in pending)


def _take_pending(section: OfferedSection, pending: list[Track], named: set[str]) -> Track | None:
    alike = [t for t in pending if t.kind is section.kind]
    cid = section.msid_track
    chosen = next((t for t in alike if cid and t.announces(cid)), None)
    if chosen is None:
        chosen = next((t for t in alike if not any(t.announces(name) for name in named)), None)
    if chosen is not None:
        pending.remove(chosen)
    return chosen


def _publish_section(track: Track, section: OfferedSection) -> PublishSection:
    return PublishSection(
        mid=section.mid,
        track=track.handle,
        prefer_codec=track.preferred_codec,
        dtx=not track.info.disable_dtx,
        stereo=track.info.stereo,
        red=not track.info.disable_red and not track.info.stereo,
    )
