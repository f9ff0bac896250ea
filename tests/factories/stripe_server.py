"""The fake of Stripe, listening on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.factories.stripe_fake import StripeFake


@asynccontextmanager
async def serving_stripe() -> AsyncIterator[StripeFake]:
    """A fake account that listens on loopback."""
    fake = StripeFake()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _serve_one(fake, reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()


async def _serve_one(
    fake: StripeFake, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ")
    headers = {
        name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:])
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if fake.is_down:
        return False
    status, answer = fake.answer(method, path, headers, body)
    if fake.loses_answers:
        fake.loses_answers -= 1
        return False
    data = json.dumps(answer).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}"
    writer.write(f"{head}\r\nRequest-Id: req_1\r\n\r\n".encode() + data)
    await writer.drain()
    return True
