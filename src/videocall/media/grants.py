"""What an access token allows: LiveKit's claims, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from google.protobuf import json_format
from livekit.protocol import models
from livekit.protocol import room as models_room

SOURCES = {
    "camera": models.TrackSource.CAMERA,
    "microphone": models.TrackSource.MICROPHONE,
    "screen_share": models.TrackSource.SCREEN_SHARE,
    "screen_share_audio": models.TrackSource.SCREEN_SHARE_AUDIO,
}

KINDS = {
    "standard": models.ParticipantInfo.Kind.STANDARD,
    "ingress": models.ParticipantInfo.Kind.INGRESS,
    "egress": models.ParticipantInfo.Kind.EGRESS,
    "sip": models.ParticipantInfo.Kind.SIP,
    "agent": models.ParticipantInfo.Kind.AGENT,
    "connector": models.ParticipantInfo.Kind.CONNECTOR,
    "bridge": models.ParticipantInfo.Kind.BRIDGE,
}


@dataclass(frozen=True, slots=True)
class VideoGrant:
    """The ``video`` claim. Publishing and subscribing are granted when absent."""

    room_create: bool = False
    room_list: bool = False
    room_admin: bool = False
    room_join: bool = False
    room: str = ""
    destination_room: str = ""
    can_publish: bool = True
    can_subscribe: bool = True
    can_publish_data: bool = True
    can_publish_sources: tuple[str, ...] = ()
    can_update_own_metadata: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False
    can_subscribe_metrics: bool = False
    can_manage_agent_session: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    """A verified token. ``api_key`` is the key that signed it; ``raw`` what it said.

    ``room_config`` (protojson of LiveKit's RoomConfiguration) and ``room_preset`` are for the room
    that a join makes.
    """

    api_key: str
    identity: str
    name: str = ""
    kind: str = "standard"
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    video: VideoGrant = VideoGrant()
    room_config: models_room.RoomConfiguration | None = None
    room_preset: str = ""
    raw: Mapping[str, object] = field(default_factory=dict)

    @property
    def dependent(self) -> bool:
        """Whether it is for somebody who only serves a call (``Participant.dependent``)."""
        return self.kind in ("agent", "egress") or self.video.agent or self.video.recorder


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"claim {name} is not a string")
    return value


def _flag(claims: Mapping[str, object], name: str, default: bool = False) -> bool:
    value = claims.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ValueError(f"claim {name} is not a boolean")
    return value


def _sources(claims: Mapping[str, object]) -> tuple[str, ...]:
    value = claims.get("canPublishSources")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError("claim canPublishSources is not a list of strings")
    return tuple(v.lower() for v in value)


def _room_config(claims: Mapping[str, object]) -> models_room.RoomConfiguration | None:
    value = claims.get("roomConfig")
    if not value:
        return None
    if not isinstance(value, dict):
        raise ValueError("claim roomConfig is not an object")
    config = models_room.RoomConfiguration()
    try:
        json_format.ParseDict(value, config, ignore_unknown_fields=True, max_recursion_depth=20)
    except json_format.ParseError as error:
        raise ValueError("claim roomConfig is not a RoomConfiguration") from error
    return config


def _video(claims: Mapping[str, object]) -> VideoGrant:
    can_publish = _flag(claims, "canPublish", default=True)
    return VideoGrant(
        room_create=_flag(claims, "roomCreate"),
        room_list=_flag(claims, "roomList"),
        room_admin=_flag(claims, "roomAdmin"),
        room_join=_flag(claims, "roomJoin"),
        room=_text(claims, "room"),
        destination_room=_text(claims, "destinationRoom"),
        can_publish=can_publish,
        can_subscribe=_flag(claims, "canSubscribe", default=True),
        can_publish_data=_flag(claims, "canPublishData", default=can_publish),
        can_publish_sources=_sources(claims),
        can_update_own_metadata=_flag(claims, "canUpdateOwnMetadata"),
        hidden=_flag(claims, "hidden"),
        recorder=_flag(claims, "recorder"),
        agent=_flag(claims, "agent"),
        can_subscribe_metrics=_flag(claims, "canSubscribeMetrics"),
        can_manage_agent_session=_flag(claims, "canManageAgentSession"),
    )


def read_claims(api_key: str, claims: Mapping[str, object]) -> Claims:
    """The claims of a verified token; ``ValueError`` names one of the wrong type."""
    video = claims.get("video")
    if video is not None and not isinstance(video, dict):
        raise ValueError("claim video is not an object")
    attributes = claims.get("attributes") or {}
    if not isinstance(attributes, dict) or not all(
        isinstance(k, str) and isinstance(v, str) for k, v in attributes.items()
    ):
        raise ValueError("claim attributes is not a map of strings")
    return Claims(
        api_key=api_key,
        identity=_text(claims, "sub"),
        name=_text(claims, "name"),
        kind=_text(claims, "kind") or "standard",
        metadata=_text(claims, "metadata"),
        attributes=dict(attributes),
        video=_video(video or {}),
        room_config=_room_config(claims),
        room_preset=_text(claims, "roomPreset"),
        raw=dict(claims),
    )
