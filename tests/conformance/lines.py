"""What a server must do for LiveKit's clients: one short line for each promise under test."""

from __future__ import annotations

LINES = {
    "1.root": "GET and HEAD / answer 200, to any origin",
    "1.validate": "/rtc/validate answers 200 'success'; a bad token is 401",
    "1.slashes": "a leading // is collapsed",
    "1.query": "/rtc/v1 without join_request is 400",
    "1.protocol": "protocol 17, a version, pings every 5 s with 15 s of patience",
    "2.ping": "ping gets pong, ping_req gets pong_resp",
    "5.rooms": "RoomService makes, lists and deletes rooms",
    "5.grants": "a call without its grant is unauthenticated",
    "5.others": "Egress says that it is not here",
}
