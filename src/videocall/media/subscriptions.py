"""One participant's choices of what to receive, and how. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from livekit.protocol import models, rtc

from videocall.media.engine import MediaKind
from videocall.media.track import Track

_MAX_FPS = 240
_MAX_PRIORITY = 255  # the engine's highest


@dataclass(frozen=True, slots=True)
class Setting:
    """How a subscribed track is delivered: not at all, or up to ``quality`` (0 to 2).

    ``max_fps`` caps the frame rate, 0 not at all; what has a higher ``priority`` comes first where
    the bandwidth does not suffice.
    """

    enabled: bool = True
    quality: int = 2
    max_fps: int = 0
    priority: int = 0


@dataclass(slots=True)
class Subscriptions:
    """Explicit choices over ``auto``; ``adaptive`` clients start low and ask for more."""

    auto: bool
    adaptive: bool
    limit: int
    choices: dict[str, bool] = field(default_factory=dict)  # by track sid
    own: set[str] = field(default_factory=set)  # choices that the client made, not the server's API
    settings: dict[str, Setting] = field(default_factory=dict)

    def wants(self, track: Track) -> bool:
        return self.choices.get(track.sid, self.auto)

    def apply(self, update: rtc.UpdateSubscription, by_client: bool) -> None:
        """Take explicit choices, the client's own or an administrator's."""
        sids = {*update.track_sids, *(s for p in update.participant_tracks for s in p.track_sids)}
        for sid in sids:
            if sid in self.choices or len(self.choices) < self.limit:
                self.choices[sid] = update.subscribe
                (self.own.add if by_client else self.own.discard)(sid)

    def reset(self) -> None:
        """Forget what the client itself chose."""
        for sid in self.own:
            self.choices.pop(sid, None)
        self.own.clear()

    def disable(self, track_sids: Iterable[str]) -> None:
        for sid in track_sids:
            self._set(sid, replace(self.setting_of(sid), enabled=False))

    def adjust(self, track: Track, request: rtc.UpdateTrackSettings) -> Setting:
        """The client's wish for one track; a size in pixels outranks a named quality."""
        if request.width or request.height:
            quality = track.quality_for(request.width, request.height)
        else:
            quality = min(int(request.quality), 2)
        setting = Setting(
            enabled=not request.disabled and request.quality != models.VideoQuality.OFF,
            quality=quality,
            max_fps=min(request.fps, _MAX_FPS),
            priority=min(request.priority, _MAX_PRIORITY),
        )
        self._set(track.sid, setting)
        return setting

    def _set(self, sid: str, setting: Setting) -> None:
        if sid in self.settings or len(self.settings) < self.limit:
            self.settings[sid] = setting

    def setting_of(self, sid: str) -> Setting:
        return self.settings.get(sid, Setting())

    def initial(self, track: Track) -> Setting:
        """What a new subscription starts with."""
        if track.sid in self.settings:
            return self.settings[track.sid]
        low = self.adaptive and track.kind is MediaKind.VIDEO
        return Setting(quality=0 if low else 2)

    def forget(self, track_sid: str) -> None:
        """A track is gone: its sid never comes back."""
        self.choices.pop(track_sid, None)
        self.own.discard(track_sid)
        self.settings.pop(track_sid, None)
