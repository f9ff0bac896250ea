"""The published Python server SDK: one call of RoomService or one webhook; JSON in and out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from livekit import api


async def call(given: dict[str, Any]) -> Any:
    """The result of one call, as plain data."""
    key, secret = given["key"], given["secret"]
    if "body" in given:
        receiver = api.WebhookReceiver(api.TokenVerifier(key, secret))
        return MessageToDict(receiver.receive(given["body"], given["authorization"]))
    room, identity = given.get("room", ""), given.get("identity", "")
    metadata = given.get("metadata", "")
    who = api.RoomParticipantIdentity(room=room, identity=identity)
    async with api.LiveKitAPI(given["url"], key, secret) as client:
        rooms = client.room
        calls: dict[str, Callable[[], Awaitable[Message]]] = {
            "createRoom": lambda: rooms.create_room(
                api.CreateRoomRequest(name=room, metadata=metadata)
            ),
            "listRooms": lambda: rooms.list_rooms(api.ListRoomsRequest(names=[room])),
            "deleteRoom": lambda: rooms.delete_room(api.DeleteRoomRequest(room=room)),
            "listParticipants": lambda: rooms.list_participants(
                api.ListParticipantsRequest(room=room)
            ),
            "getParticipant": lambda: rooms.get_participant(who),
            "removeParticipant": lambda: rooms.remove_participant(who),
            "updateParticipant": lambda: rooms.update_participant(
                api.UpdateParticipantRequest(room=room, identity=identity, metadata=metadata)
            ),
            "updateRoomMetadata": lambda: rooms.update_room_metadata(
                api.UpdateRoomMetadataRequest(room=room, metadata=metadata)
            ),
        }
        answer = MessageToDict(await calls[given["method"]](), preserving_proto_field_name=True)
    lists = {"listRooms": "rooms", "listParticipants": "participants"}
    return answer.get(lists[given["method"]], []) if given["method"] in lists else answer


def main() -> None:
    """Print the result or the error."""
    try:
        answer: dict[str, Any] = {"result": asyncio.run(call(json.loads(sys.argv[1])))}
    except Exception as error:  # noqa: BLE001 - whatever the SDK raises is the answer
        answer = {"error": {"message": str(error), "code": getattr(error, "code", None)}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
