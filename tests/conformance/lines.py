"""What a server for LiveKit's clients must do: the rows of docs/media/conformance.md."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = {
    "1": "The signal connection",
    "2": "Signal messages",
    "3": "Peer connections",
    "4": "Data",
    "5": "The server API",
    "6": "What makes calls good",
    "7": "What breaks real clients",
}

# By section and name; the texts are this project's own.
LINES: Final = {
    "1.join": "a client connects, is told who is there, and is seen by the others",
    "1.validate": "validate answers 200 for good tokens, 401 for others; GET and HEAD / answer 200",
    "1.refused": "a wrong token ends the attempt with a clear error",
    "1.fallback": "without v1 a client falls back to v0",
    "1.json": "after a text frame the server answers in JSON",
    "1.first": "the first message is join, within 5 s; protocol 17, a version, ping times",
    "1.query": "a v1 upgrade without its join request is refused with 400",
    "1.slashes": "a path that begins with // is taken",
    "1.duplicate": "the same identity joins again: the former connection is told so",
    "1.resume": "after a lost signal connection a client resumes and goes on",
    "2.leave": "who leaves is gone for the others at once",
    "2.mute": "mute is seen by the others",
    "2.tracks": "tracks appear, are subscribed, and end when unpublished",
    "2.metadata": "name, metadata and attributes set by a client reach the others",
    "2.ping": "ping and ping_req are answered",
    "2.request_response": "a request that is not allowed is answered with the reason",
    "3.audio": "sound published by one is heard by the others",
    "3.video": "pictures published by one are decoded by the others",
    "3.single": "one peer connection (v1)",
    "3.dual": "two peer connections (v0)",
    "4.reliable": "reliable messages reach everybody but their sender",
    "4.lossy": "lossy messages reach everybody but their sender",
    "4.destination": "messages for one reach no other",
    "4.large": "a message of 15,000 bytes arrives whole",
    "4.text": "text streams arrive whole",
    "4.bytes": "byte streams of 100,000 bytes arrive whole",
    "4.rpc": "a remote procedure call is answered",
    "4.rpc_error": "a method that nobody serves is answered with LiveKit's code",
    "5.rooms": "rooms are created, listed and deleted",
    "5.participants": "participants are listed, looked up, changed and removed",
    "5.metadata": "a room's metadata reaches its participants",
    "5.data": "data sent by the server reaches participants",
    "5.errors": "missing rooms, wrong keys and missing grants have LiveKit's codes",
    "5.webhooks": "webhooks are accepted by the SDK's own receiver, tampered ones are not",
    "5.unimplemented": "what other services do is answered with unimplemented",
    "6.speakers": "active speakers are told",
    "6.permissions": "a publisher that lets nobody subscribe is not received",
    "7.versions": "a participant's version rises with every update",
    "7.msid": "sids carry LiveKit's prefixes, and media can be told apart by them",
    "7.long": "a request line of 32 KB is taken",
}
