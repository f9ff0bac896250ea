"""Which section of a peer connection carries which subscription. Pure.

A section that loses its track rests for one negotiation before it takes another: browsers announce
a track when its section goes from inactive to sending, not when its msid changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from videocall.media.engine import MediaKind, SendSection
from videocall.media.track import Encoding

MAX_SECTIONS = 190  # for each peer connection, data section aside


def send_section(mid: str, track: Encoding) -> SendSection:
    """The msid is what LiveKit's clients split: publisher and track sid."""
    stream = f"{track.publisher}|{track.track.stream or track.sid}"
    return SendSection(mid, track.handle, stream, track.sid)


@dataclass(slots=True)
class Placement:
    """Sections and the tracks in them. ``sections`` maps every usable mid to its kind."""

    sections: dict[str, MediaKind] = field(default_factory=dict)
    tracks: dict[str, Encoding] = field(default_factory=dict)  # by mid

    def place(
        self, wanted: Sequence[Encoding], sections: Mapping[str, MediaKind]
    ) -> list[Encoding]:
        """Keep what is still wanted, place what fits into ``sections``; returns the newly placed.

        Call it once for each negotiation.
        """
        handles = {track.handle for track in wanted}
        resting = {
            mid
            for mid, track in self.tracks.items()
            if track.handle not in handles or sections.get(mid) is not track.kind
        }
        for mid in resting:
            del self.tracks[mid]
        self.sections = dict(sections)
        added = []
        for track in self.missing(wanted):
            free = next((m for m in self._free(track.kind) if m not in resting), None)
            if free is not None:
                self.tracks[free] = track
                added.append(track)
        return added

    def missing(self, wanted: Sequence[Encoding]) -> list[Encoding]:
        """The wanted tracks that have no section."""
        placed = {track.handle for track in self.tracks.values()}
        return [track for track in wanted if track.handle not in placed]

    def stale(self, wanted: Sequence[Encoding]) -> bool:
        """Whether a section carries a track that nobody wants any more."""
        handles = {track.handle for track in wanted}
        return any(track.handle not in handles for track in self.tracks.values())

    def free(self) -> Counter[MediaKind]:
        """How many sections of each kind carry nothing."""
        return Counter(kind for mid, kind in self.sections.items() if mid not in self.tracks)

    def _free(self, kind: MediaKind) -> list[str]:
        return [m for m, k in self.sections.items() if k is kind and m not in self.tracks]

    def mid_of(self, track: Encoding) -> str | None:
        return next((mid for mid, t in self.tracks.items() if t is track), None)

    def plan(self) -> list[SendSection]:
        return [send_section(mid, track) for mid, track in self.tracks.items()]

    def mid_to_track_id(self) -> dict[str, str]:
        return {mid: track.sid for mid, track in self.tracks.items()}
