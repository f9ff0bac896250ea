"""Who is speaking in a room, as the changes clients are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from livekit.protocol import models


class SpeakerBoard:
    """Remembers the last levels: ``SpeakersChanged`` lists changes, silence included."""

    def __init__(self) -> None:
        self._levels: dict[str, float] = {}

    def update(self, levels: Sequence[tuple[str, float]]) -> list[models.SpeakerInfo]:
        """The speakers that changed, loudest first; those who fell silent last."""
        now = dict(levels)
        changed = [
            models.SpeakerInfo(sid=sid, level=level, active=True)
            for sid, level in levels
            if self._levels.get(sid) != level
        ]
        changed += [
            models.SpeakerInfo(sid=sid, level=0.0, active=False)
            for sid in self._levels
            if sid not in now
        ]
        self._levels = now
        return changed
