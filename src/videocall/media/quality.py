"""How well each participant is connected, as the changes clients are told. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from livekit.protocol import models, rtc

_SCORES = {
    models.ConnectionQuality.EXCELLENT: 5.0,
    models.ConnectionQuality.POOR: 1.5,
    models.ConnectionQuality.LOST: 0.0,
}


class QualityBoard:
    """Remembers the last qualities by participant sid."""

    def __init__(self) -> None:
        self._known: dict[str, models.ConnectionQuality] = {}

    def update(self, now: Mapping[str, models.ConnectionQuality]) -> rtc.SignalResponse | None:
        """What has changed since the last call; None: nothing."""
        changed = {sid: quality for sid, quality in now.items() if self._known.get(sid) != quality}
        self._known = dict(now)
        return _message(changed) if changed else None

    def all(self) -> rtc.SignalResponse | None:
        """Everybody's, for somebody new."""
        return _message(self._known) if self._known else None


def _message(qualities: Mapping[str, models.ConnectionQuality]) -> rtc.SignalResponse:
    return rtc.SignalResponse(
        connection_quality=rtc.ConnectionQualityUpdate(
            updates=[
                rtc.ConnectionQualityInfo(participant_sid=sid, quality=q, score=_SCORES[q])
                for sid, q in qualities.items()
            ]
        )
    )
