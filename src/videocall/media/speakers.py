"""Who is speaking in a room, as clients are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from livekit.protocol import models


class SpeakerBoard:
    """Remembers the last levels by sid.

    A message lists everybody who speaks and those who just fell silent: browsers merge it into
    what they know, the native clients take it as the whole list.
    """

    def __init__(self) -> None:
        self._levels: dict[str, float] = {}

    def update(self, levels: Sequence[tuple[str, float]]) -> list[models.SpeakerInfo]:
        """What to tell, loudest first; empty when nothing has changed."""
        now = dict(levels)
        if now == self._levels:
            return []
        speaking = [models.SpeakerInfo(sid=sid, level=lvl, active=True) for sid, lvl in levels]
        silent = [
            models.SpeakerInfo(sid=sid, level=0.0, active=False)
            for sid in self._levels
            if sid not in now
        ]
        self._levels = now
        return speaking + silent
