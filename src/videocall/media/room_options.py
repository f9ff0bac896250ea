"""What a room is made with: by CreateRoom, or by the token of the join that makes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from livekit.protocol import room

from videocall.media.config import Limits
from videocall.media.grants import Claims

MAX_PLAYOUT_DELAY_MS = 40_950
"""What the header extension can say: 12 bits of 10 ms (its specification in libwebrtc)."""


class BadOptions(ValueError):
    """The room can't be made like this; the text says why."""


@dataclass(frozen=True, slots=True)
class RoomOptions:
    """Seconds, milliseconds and people; zeros take the server's defaults.

    ``sync_streams`` groups a camera with its microphone, and a screen with its sound, into one
    stream that browsers keep in step.
    """

    empty_timeout: int = 0
    departure_timeout: int = 0
    max_participants: int = 0
    metadata: str = ""
    min_playout_delay: int = 0
    max_playout_delay: int = 0
    sync_streams: bool = False


def read_options(
    request: room.CreateRoomRequest | room.RoomConfiguration, limits: Limits
) -> RoomOptions:
    """The options of a request. ``BadOptions`` for what is too large or can't be done here.

    Agents, tags and the node's id are for other parts of a cluster and mean nothing here.
    """
    if request.HasField("egress"):
        raise BadOptions("this server does not record: make the room without egress")
    if len(request.metadata.encode()) > limits.metadata:
        raise BadOptions(f"metadata size exceeds limits: at most {limits.metadata} bytes")
    low, high = request.min_playout_delay, request.max_playout_delay
    if max(low, high) > MAX_PLAYOUT_DELAY_MS or (high and low > high):
        raise BadOptions(
            f"playout delays are 0 to {MAX_PLAYOUT_DELAY_MS} ms, the least not over the most"
        )
    return RoomOptions(
        empty_timeout=request.empty_timeout,
        departure_timeout=request.departure_timeout,
        max_participants=request.max_participants,
        metadata=request.metadata,
        min_playout_delay=low,
        max_playout_delay=high,
        sync_streams=request.sync_streams,
    )


def preset_refused(preset: str) -> BadOptions:
    """There are no presets here; LiveKit's words for one that is unknown."""
    return BadOptions(f"unknown room configuration {preset!r}: this server has no room presets")


def options_of_token(claims: Claims, limits: Limits) -> RoomOptions:
    """What a token asks for the room that its join makes; raises ``BadOptions``."""
    if claims.room_preset:
        raise preset_refused(claims.room_preset)
    if claims.room_config is None:
        return RoomOptions()
    return read_options(claims.room_config, limits)
