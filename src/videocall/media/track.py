"""A track: what a publisher announced, and where it is in being published."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from livekit.protocol import models, rtc

from videocall.media.dynacast import Demand
from videocall.media.engine import MediaKind

_LETTERS = {
    models.TrackSource.MICROPHONE: "AM",
    models.TrackSource.CAMERA: "VC",
    models.TrackSource.SCREEN_SHARE: "VS",
    models.TrackSource.SCREEN_SHARE_AUDIO: "AS",
}
_ENLARGEMENT = 0.9
_STREAMS = {
    models.TrackSource.MICROPHONE: "camera",
    models.TrackSource.CAMERA: "camera",
    models.TrackSource.SCREEN_SHARE: "screen",
    models.TrackSource.SCREEN_SHARE_AUDIO: "screen",
}
_RANK = (models.VideoQuality.LOW, models.VideoQuality.MEDIUM, models.VideoQuality.HIGH)


def sid_letters(request: rtc.AddTrackRequest) -> str:
    """The two letters in a track's sid that tell its kind and source, as LiveKit writes them."""
    default = "VU" if request.type == models.TrackType.VIDEO else "AU"
    return _LETTERS.get(request.source, default)


def shared_stream(info: models.TrackInfo) -> str:
    """The stream of a track in a room with ``sync_streams``; empty: one of its own."""
    return info.stream or _STREAMS.get(info.source, "")


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
class Encoding:
    """One codec of ``track``, a track of its own to the engine.

    ``cid`` is empty until the client announces the codec's media, ``mid`` None until negotiated.
    """

    track: Track
    handle: int
    mime: str
    cid: str
    mid: str | None = None

    @property
    def live(self) -> bool:
        """Whether the engine knows it."""
        return self.mid is not None

    @property
    def sid(self) -> str:
        return self.track.sid

    @property
    def kind(self) -> MediaKind:
        return self.track.kind

    @property
    def publisher(self) -> str:
        return self.track.publisher


@dataclass(slots=True, eq=False)
class Track:
    """One track of ``publisher`` (a participant's sid), in one codec or with a backup codec."""

    publisher: str
    info: models.TrackInfo
    encodings: list[Encoding] = field(default_factory=list)  # the primary one first
    demand: Demand = field(default_factory=Demand)
    subscribed_once: bool = False
    regressed: bool = False  # everybody has gone over to the backup codec
    stream: str = ""  # what its msid names the stream; empty: one of its own

    @property
    def sid(self) -> str:
        return self.info.sid

    @property
    def kind(self) -> MediaKind:
        return MediaKind.VIDEO if self.info.type == models.TrackType.VIDEO else MediaKind.AUDIO

    @property
    def primary(self) -> Encoding:
        return self.encodings[0]

    def add_encoding(self, handle: int, mime: str, cid: str) -> Encoding:
        encoding = Encoding(self, handle, mime, cid)
        self.encodings.append(encoding)
        return encoding

    def live(self) -> list[Encoding]:
        return [encoding for encoding in self.encodings if encoding.live]

    def announces(self, cid: str) -> bool:
        """Whether ``cid`` is one of the names the client gave to this track's media."""
        return bool(cid) and any(encoding.cid == cid for encoding in self.encodings)

    def encoding_for(self, receivable: Set[str] | None) -> Encoding | None:
        """The encoding for a client that decodes ``receivable`` (MIME types; None: not known).

        It need not be live yet. None: the client can decode none of them.
        """
        order = self.encodings[::-1] if self.regressed else self.encodings
        for encoding in order:
            if receivable is None or not encoding.mime or encoding.mime in receivable:
                return encoding
        return None

    def quality_for(self, width: int, height: int) -> int:
        """The lowest simulcast quality (0 to 2) that fills ``width`` x ``height`` pixels.

        The shorter side of the picture counts, and a little enlargement is allowed, as clients
        expect it: a box a few pixels larger than a layer must not take the next one.
        """
        portrait = self.info.width < self.info.height
        wanted = ((width if portrait else height) or max(width, height)) * _ENLARGEMENT
        fitting = [
            _RANK.index(layer.quality)
            for layer in self.info.layers
            if layer.quality in _RANK and (layer.width if portrait else layer.height) >= wanted
        ]
        return min(fitting, default=2)
