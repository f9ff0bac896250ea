"""Open many signal connections that join and then never send media: URL, number, key, secret.

Prints how many the server accepted; run by test_bad_input in a process of its own.
"""

from __future__ import annotations

import asyncio
import sys

from livekit import api
from websockets.asyncio.client import ClientConnection, connect

HOLD_SECONDS = 8.0
AT_ONCE = 50
A_ROOM = 20  # participants; one room of all would measure its member lists instead


def token(key: str, secret: str, number: int) -> str:
    """Everybody is somebody else: a second join of one identity would end the first."""
    grants = api.VideoGrants(room_join=True, room=f"half-open-{number // A_ROOM}")
    return api.AccessToken(key, secret).with_identity(f"h{number}").with_grants(grants).to_jwt()


async def one(url: str, jwt: str, gate: asyncio.Semaphore) -> ClientConnection:
    query = "protocol=16&auto_subscribe=1&sdk=python&version=1.0.0"
    async with gate:
        connection = await connect(
            f"{url}/rtc?{query}",
            additional_headers={"Authorization": f"Bearer {jwt}"},
            open_timeout=30,
        )
        await asyncio.wait_for(connection.recv(), 30)  # the join answer
        return connection


async def main(url: str, number: int, key: str, secret: str) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    joins = (one(url, token(key, secret, n), gate) for n in range(number))
    connections = await asyncio.gather(*joins)
    await asyncio.sleep(HOLD_SECONDS)
    for connection in connections:
        connection.transport.abort()
    print(len(connections))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
