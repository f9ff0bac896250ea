"""A track: what a publisher announced, and where it is in being published."""

from __future__ import annotations

from dataclasses import dataclass

from livekit.protocol import models, rtc

from videocall.media.engine import MediaKind

_LETTERS = {
    models.TrackSource.MICROPHONE: "AM",
    models.TrackSource.CAMERA: "VC",
    models.TrackSource.SCREEN_SHARE: "VS",
    models.TrackSource.SCREEN_SHARE_AUDIO: "AS",
}
_RANK = (models.VideoQuality.LOW, models.VideoQuality.MEDIUM, models.VideoQuality.HIGH)


def sid_letters(request: rtc.AddTrackRequest) -> str:
    """The two letters in a track's sid that tell its kind and source, as LiveKit writes them."""
    default = "VU" if request.type == models.TrackType.VIDEO else "AU"
    return _LETTERS.get(request.source, default)


def mime_type(kind: MediaKind, codec: str) -> str:
    """``vp8`` or ``video/VP8`` as a lower-case MIME type; empty stays empty."""
    codec = codec.strip().lower()
    if not codec or "/" in codec:
        return codec
    return f"{kind.value}/{codec}"


def describe(sid: str, request: rtc.AddTrackRequest) -> models.TrackInfo:
    """The ``TrackInfo`` others see for an ``AddTrackRequest``."""
    features = list(request.audio_features)
    info = models.TrackInfo(
        sid=sid,
        type=request.type,
        name=request.name,
        muted=request.muted,
        width=request.width,
        height=request.height,
        simulcast=len(request.layers) > 1,
        disable_dtx=request.disable_dtx or models.AudioTrackFeature.TF_NO_DTX in features,
        source=request.source,
        stereo=request.stereo or models.AudioTrackFeature.TF_STEREO in features,
        disable_red=request.disable_red,
        encryption=request.encryption,
        stream=request.stream,
        audio_features=features,
        backup_codec_policy=request.backup_codec_policy,
        packet_trailer_features=request.packet_trailer_features,
    )
    info.layers.extend(request.layers)
    kind = MediaKind.VIDEO if request.type == models.TrackType.VIDEO else MediaKind.AUDIO
    if kind is MediaKind.VIDEO and not info.layers:
        info.layers.add(
            quality=models.VideoQuality.HIGH, width=request.width, height=request.height
        )
    for codec in request.simulcast_codecs:
        info.codecs.add(
            mime_type=mime_type(kind, codec.codec),
            cid=codec.cid,
            layers=codec.layers or info.layers,
            video_layer_mode=codec.video_layer_mode,
        )
    if info.codecs:
        info.mime_type = info.codecs[0].mime_type
    return info


@dataclass(slots=True, eq=False)
class Track:
    """One track of ``publisher`` (a participant's sid). ``mid`` is None until negotiated."""

    handle: int
    cid: str
    publisher: str
    info: models.TrackInfo
    mid: str | None = None
    subscribed_once: bool = False

    @property
    def sid(self) -> str:
        return self.info.sid

    @property
    def kind(self) -> MediaKind:
        return MediaKind.VIDEO if self.info.type == models.TrackType.VIDEO else MediaKind.AUDIO

    @property
    def preferred_codec(self) -> str | None:
        return (self.info.codecs[0].mime_type or None) if self.info.codecs else None

    def announces(self, cid: str) -> bool:
        """Whether ``cid`` is one of the names the client gave to this track's media."""
        return cid == self.cid or any(codec.cid == cid for codec in self.info.codecs)

    def quality_for(self, width: int, height: int) -> int:
        """The lowest simulcast quality (0 to 2) that fills ``width`` x ``height`` pixels."""
        wanted = max(width, height)
        fitting = [
            _RANK.index(layer.quality)
            for layer in self.info.layers
            if layer.quality in _RANK and max(layer.width, layer.height) >= wanted
        ]
        return min(fitting, default=2)
