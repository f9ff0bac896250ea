"""Signal messages on a WebSocket: protobuf in binary frames, JSON in text frames."""

from __future__ import annotations

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from livekit.protocol import rtc


class BadFrame(Exception):
    """A frame that is not a signal request."""


def decode(frame: bytes | str) -> rtc.SignalRequest:
    """The request in ``frame``. ``BadFrame`` for garbage; unknown fields are ignored."""
    request = rtc.SignalRequest()
    try:
        if isinstance(frame, str):
            json_format.Parse(frame, request, ignore_unknown_fields=True, max_recursion_depth=20)
        else:
            request.MergeFromString(frame)
    except (DecodeError, json_format.ParseError, RecursionError, ValueError) as error:
        raise BadFrame("the frame is not a signal request") from error
    return request


def encode(response: rtc.SignalResponse, text: bool) -> bytes | str:
    """A response for a client that speaks JSON (``text``) or protobuf."""
    if text:
        return json_format.MessageToJson(response, indent=None)
    return response.SerializeToString()
