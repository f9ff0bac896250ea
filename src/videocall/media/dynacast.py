"""Dynacast: which layers of a video track anybody watches, so that its publisher sends no others.

Pure; the clock is an argument. Encodings and subscribers are named by their engine handles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from livekit.protocol import models, rtc

OFF = -1  # below every quality: nobody watches
HIGH = 2
DOWNGRADE_DELAY_S = 5.0  # a lower demand must last, or layers would flap with every layout
UNWATCHED_AFTER_S = 10.0  # a new track that nobody ever watched

_QUALITIES = (models.VideoQuality.LOW, models.VideoQuality.MEDIUM, models.VideoQuality.HIGH)


@dataclass(slots=True)
class Demand:
    """The wishes of one track's subscribers, and what its publisher was last told.

    Higher demands are told at once, lower ones after ``DOWNGRADE_DELAY_S``.
    """

    published: float | None = None  # monotonic seconds, None until the track is live
    told: dict[int, int] = field(default_factory=dict)  # by encoding; empty: nothing yet
    _wishes: dict[int, tuple[int, int]] = field(default_factory=dict)
    _lower_at: float | None = None
    _settled: bool = False  # nothing has changed since the last look

    def wish(self, subscriber: int, encoding: int, quality: int) -> bool:
        """``subscriber`` takes ``encoding`` up to ``quality`` (0 to 2, or ``OFF``).

        False: it did so before.
        """
        if self._wishes.get(subscriber) == (encoding, quality):
            return False
        self._wishes[subscriber] = (encoding, quality)
        self._settled = False
        return True

    def unsettle(self) -> None:
        """Other encodings are live than before."""
        self._settled = False

    def withdraw(self, subscriber: int) -> None:
        """``subscriber`` does not receive the track any more."""
        self._wishes.pop(subscriber, None)
        self._settled = False

    def wanted(self, live: Iterable[int]) -> dict[int, int]:
        """The highest wish by encoding: of those that are ``live`` and those asked for."""
        highest = dict.fromkeys(live, OFF)
        for encoding, quality in self._wishes.values():
            highest[encoding] = max(highest.get(encoding, OFF), quality)
        return highest

    def due(self, now: float, live: Iterable[int]) -> bool:
        """Take what must be told now into ``told``; False when there is nothing to tell."""
        late = self._lower_at is not None and now >= self._lower_at
        if self.published is None or (self._settled and not late):
            return False
        self._settled = True
        wanted = self.wanted(live)
        # What a publisher sends before it is told anything: every layer of what is live.
        before = self.told or dict.fromkeys(live, HIGH)
        raised = any(quality > before.get(e, OFF) for e, quality in wanted.items())
        lowered = any(quality < before.get(e, OFF) for e, quality in wanted.items())
        first = not self.told and bool(self._wishes) and not lowered
        if lowered and self._lower_at is None:
            fresh = not self.told and not self._wishes
            self._lower_at = self.published + UNWATCHED_AFTER_S if fresh else None
            self._lower_at = self._lower_at or now + DOWNGRADE_DELAY_S
        if not lowered:
            self._lower_at = None
        elif late:
            self._lower_at = None
            self.told = wanted
            return True
        if raised or first:
            self.told = {e: max(quality, before.get(e, OFF)) for e, quality in wanted.items()}
            return True
        return False


def quality_update(track_sid: str, told: Mapping[str, int]) -> rtc.SignalResponse:
    """``told`` by codec name ("vp8"), the primary codec first: old clients read its list alone."""
    codecs = [
        rtc.SubscribedCodec(
            codec=name,
            qualities=[rtc.SubscribedQuality(quality=q, enabled=q <= highest) for q in _QUALITIES],
        )
        for name, highest in told.items()
    ]
    return rtc.SignalResponse(
        subscribed_quality_update=rtc.SubscribedQualityUpdate(
            track_sid=track_sid,
            subscribed_qualities=codecs[0].qualities if codecs else [],
            subscribed_codecs=codecs,
        )
    )
