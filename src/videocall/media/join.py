"""What a client says of itself when it joins or resumes: the query of both signal versions."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError
from livekit.protocol import models, rtc

_MAX_JOIN_REQUEST = 512 * 1024  # bytes, decompressed


class BadJoin(Exception):
    """The query can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """One wish to join (or, with ``reconnect``, to resume ``participant_sid``)."""

    single: bool  # signalling v1
    client: models.ClientInfo = field(default_factory=models.ClientInfo)
    auto_subscribe: bool = True
    adaptive_stream: bool = False
    reconnect: bool = False
    participant_sid: str = ""
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    tracks: tuple[rtc.AddTrackRequest, ...] = ()
    offer: rtc.SessionDescription | None = None
    sync_state: rtc.SyncState | None = None


def _flag(query: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = query.get(name, "")
    return value.lower() in ("1", "true") if value else default


def _number(query: Mapping[str, str], name: str) -> int:
    try:
        value = int(query.get(name) or 0)
    except ValueError as error:
        raise BadJoin(f"{name} is not a number") from error
    if not 0 <= value < 2**31:
        raise BadJoin(f"{name} is out of range")
    return value


def _decode64(text: str, name: str) -> bytes:
    try:
        padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadJoin(f"{name} is not base64url") from error


def _attributes(query: Mapping[str, str]) -> dict[str, str]:
    text = query.get("attributes")
    if not text:
        return {}
    try:
        value = json.loads(_decode64(text, "attributes"))
    except ValueError as error:
        raise BadJoin("attributes is not JSON") from error
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise BadJoin("attributes is not a map of strings")
    return value


def read_v0(query: Mapping[str, str]) -> JoinRequest:
    """The query of ``/rtc``. ``BadJoin`` names the field that is wrong."""
    sdk = query.get("sdk", "").upper().replace("REACTNATIVE", "REACT_NATIVE")
    known = models.ClientInfo.SDK.keys()
    return JoinRequest(
        single=False,
        client=models.ClientInfo(
            sdk=sdk if sdk in known else "UNKNOWN",
            version=query.get("version", ""),
            protocol=_number(query, "protocol"),
            client_protocol=_number(query, "client_protocol"),
            os=query.get("os", ""),
            os_version=query.get("os_version", ""),
            device_model=query.get("device_model", ""),
            browser=query.get("browser", ""),
            browser_version=query.get("browser_version", ""),
            network=query.get("network", ""),
        ),
        auto_subscribe=_flag(query, "auto_subscribe", default=True),
        adaptive_stream=_flag(query, "adaptive_stream"),
        reconnect=_flag(query, "reconnect"),
        participant_sid=query.get("sid", ""),
        attributes=_attributes(query),
    )


def _unwrap(wrapped: rtc.WrappedJoinRequest) -> bytes:
    if wrapped.compression != rtc.WrappedJoinRequest.Compression.GZIP:
        return wrapped.join_request
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(wrapped.join_request, _MAX_JOIN_REQUEST)
    except zlib.error as error:
        raise BadJoin("join_request is not gzip") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadJoin("join_request is too large or cut short")
    return data


def read_v1(query: Mapping[str, str]) -> JoinRequest:
    """The query of ``/rtc/v1``: a wrapped protobuf. ``BadJoin`` says what is wrong with it."""
    text = query.get("join_request")
    if not text:
        raise BadJoin("join_request is missing")
    try:
        wrapped = rtc.WrappedJoinRequest.FromString(_decode64(text, "join_request"))
        proto = rtc.JoinRequest.FromString(_unwrap(wrapped))
    except DecodeError as error:
        raise BadJoin("join_request is not a JoinRequest") from error
    settings = proto.connection_settings
    return JoinRequest(
        single=True,
        client=proto.client_info,
        auto_subscribe=settings.auto_subscribe,
        adaptive_stream=settings.adaptive_stream,
        reconnect=proto.reconnect,
        participant_sid=proto.participant_sid,
        metadata=proto.metadata,
        attributes=dict(proto.participant_attributes),
        tracks=tuple(proto.add_track_requests),
        offer=proto.publisher_offer if proto.HasField("publisher_offer") else None,
        sync_state=proto.sync_state if proto.HasField("sync_state") else None,
    )
