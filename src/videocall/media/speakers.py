"""Who is speaking in a room, as clients are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from livekit.protocol import models

_PLAYED_LEVEL = 0.9


class SpeakerBoard:
    """Remembers the last levels by sid.

    A message lists everybody who speaks and those who just fell silent: browsers merge it into
    what they know, the native clients take it as the whole list.
    """

    def __init__(self) -> None:
        self._levels: dict[str, float] = {}
        self._heard: list[tuple[str, float]] = []
        self._played: dict[str, float] = {}  # simulated speakers, by sid: until when

    def play(self, sid: str, until: float) -> None:
        """Pretend that ``sid`` speaks loudly ``until`` then (monotonic seconds)."""
        self._played[sid] = until

    def hear(self, levels: Sequence[tuple[str, float]], now: float) -> list[models.SpeakerInfo]:
        """The engine heard these, loudest first; returns what to tell."""
        self._heard = list(levels)
        return self.update(now)

    def update(self, at: float) -> list[models.SpeakerInfo]:
        """What to tell, loudest first; empty when nothing has changed."""
        self._played = {sid: until for sid, until in self._played.items() if until > at}
        now = {**dict.fromkeys(self._played, _PLAYED_LEVEL), **dict(self._heard)}
        if now == self._levels:
            return []
        speaking = [models.SpeakerInfo(sid=s, level=lvl, active=True) for s, lvl in now.items()]
        silent = [
            models.SpeakerInfo(sid=sid, level=0.0, active=False)
            for sid in self._levels
            if sid not in now
        ]
        self._levels = now
        return speaking + silent
