"""How well each participant is connected, scored from what the engine measures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from livekit.protocol import models, rtc

from videocall.media.engine import TransportReport

Quality = models.ConnectionQuality

UPDATE_S = 5.0  # seconds between two scores
LOSS_WEIGHT = 10.0  # points for each per cent of packets lost, as for video without repair

_BEST, _WORST = 100.0, 20.0  # a lower bound, or a short disaster would be remembered for long
_PAUSED = 30.0  # at most this while something is paused for lack of bandwidth
_RISE, _FALL = 0.4, 0.7  # the share of the newest score: bad news counts at once, good news later
_GOOD_BELOW, _POOR_BELOW = 80.0, 40.0
_MARGIN = 5.0  # a better level must be reached by this much, or it would come and go


@dataclass(frozen=True, slots=True)
class Connection:
    """A participant's quality and its score as a mean opinion (1 to 4.5; 0 when lost)."""

    quality: models.ConnectionQuality
    score: float


LOST = Connection(Quality.LOST, 0.0)


def packet_score(report: TransportReport) -> float:
    """0 to 100 by the simplified E-model (ITU-T G.107): delay, jitter and loss.

    The delay is half the round trip and twice the jitter; it weighs more from 160 ms on.
    """
    delay = (report.rtt_ms or 0.0) / 2 + report.jitter_in_ms * 2
    delay_effect = (delay - 120) / 10 if delay > 160 else delay / 40
    loss_effect = max(report.loss_in, report.loss_out) * 100 * LOSS_WEIGHT
    score = max(0.0, _BEST - delay_effect - loss_effect)
    return min(score, _PAUSED) if report.paused else score


def mean_opinion(score: float) -> float:
    """The mean opinion score (ITU-T G.107, annex B) for a rating of 0 to 100."""
    if score <= 0:
        return 1.0
    if score >= _BEST:
        return 4.5
    return 1 + 0.035 * score + 7e-6 * score * (score - 60) * (100 - score)


class QualityScorer:
    """One participant's score over time: quick to fall, slow to rise, no flapping."""

    def __init__(self) -> None:
        self._score = _BEST
        self._quality = Quality.EXCELLENT

    def update(self, reports: Iterable[TransportReport]) -> None:
        """Take the reports of all its transports; the worst counts."""
        newest = min((packet_score(report) for report in reports), default=_BEST)
        share = _FALL if newest < self._score else _RISE
        self._score = max(_WORST, share * newest + (1 - share) * self._score)
        self._quality = self._level()

    def _level(self) -> models.ConnectionQuality:
        score = self._score
        was_poor, was_good = self._quality == Quality.POOR, self._quality != Quality.EXCELLENT
        if score <= _POOR_BELOW + (_MARGIN if was_poor else 0):
            return Quality.POOR
        if score <= _GOOD_BELOW + (_MARGIN if was_good else 0):
            return Quality.GOOD
        return Quality.EXCELLENT

    @property
    def connection(self) -> Connection:
        """The score of now."""
        return Connection(self._quality, round(mean_opinion(self._score), 2))


class QualityBoard:
    """Remembers the last qualities by participant sid."""

    def __init__(self) -> None:
        self._known: dict[str, Connection] = {}

    def update(self, now: Mapping[str, Connection]) -> rtc.SignalResponse | None:
        """Whose quality has changed since the last call; None: nobody's."""
        changed = {
            sid: connection
            for sid, connection in now.items()
            if sid not in self._known or self._known[sid].quality != connection.quality
        }
        self._known = dict(now)
        return _message(changed) if changed else None

    def all(self) -> rtc.SignalResponse | None:
        """Everybody's, for somebody new."""
        return _message(self._known) if self._known else None


def _message(connections: Mapping[str, Connection]) -> rtc.SignalResponse:
    return rtc.SignalResponse(
        connection_quality=rtc.ConnectionQualityUpdate(
            updates=[
                rtc.ConnectionQualityInfo(participant_sid=sid, quality=c.quality, score=c.score)
                for sid, c in connections.items()
            ]
        )
    )
