"""A server and two clients of the Python SDK in one process, for a network without UDP.

Prints one line of JSON: the frames that arrived and the text of a data message.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.e2e.sdk import client, until
from tests.integration.media.conftest import local_config
from tests.integration.media.tokens import token
from videocall.media.server import MediaServer


async def call(address: str) -> dict[str, object]:
    """One sends a picture and a message, the other counts."""
    config = local_config(host=address, rtc_host=address, rtc_tcp_port=0)
    async with (
        MediaServer(config) as server,
        client(server.url, token("sender")) as sender,
        client(server.url, token("viewer")) as viewer,
    ):
        await sender.publish_video(640, 360, 15)
        await until(lambda: "sender" in viewer.video, 40, "the track")
        await until(lambda: viewer.video["sender"].frames >= 30, 40, "30 frames")
        await sender.room.local_participant.publish_data(b"over TCP", reliable=True)
        await until(lambda: viewer.data, 20, "the message")
        return {"frames": viewer.video["sender"].frames, "data": viewer.data[0].data.decode()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(call(sys.argv[1]))))
