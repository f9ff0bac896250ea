"""A test provider in this process, on a free port, with a time of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.factories.application import PAYMENTS_SECRET
from videocall.testpay.config import TestpayConfig
from videocall.testpay.server import TestpayServer, listen


@dataclass(frozen=True, slots=True)
class Testpay:
    """A running test provider. ``flags``: the settings of an application that uses it."""

    __test__ = False

    port: int
    secret: str
    api: httpx.AsyncClient
    stop: Callable[[], Awaitable[None]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def flags(self) -> dict[str, str]:
        return {"payments.test.port": str(self.port)}

    async def dispute(self, payment_id: str, outcome: str = "pending") -> None:
        """Open a dispute (pending), or decide it (won, lost)."""
        path = f"/v1/charges/{payment_id}/dispute"
        (await self.api.post(path, json={"outcome": outcome})).raise_for_status()


@dataclass
class Receiver:
    """Takes webhooks over HTTP; ``answers`` are the statuses of the next ones, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def until(self, condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
        """Wait until the condition holds; the end of the time fails the test."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110 - any condition, not one event
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no {what}; received {self.received}") from None


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """Listens for webhooks."""
    receiver = Receiver()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): text.strip()
            for name, _, text in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        receiver.received.append((body, headers))
        status = receiver.answers.pop(0) if receiver.answers else 200
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhooks"
    try:
        yield receiver
    finally:
        server.close()


@asynccontextmanager
async def serving_testpay(
    folder: Path,
    *,
    webhook_url: str = "http://127.0.0.1:9/nobody",
    secret: str = PAYMENTS_SECRET,
    late_seconds: float = 0.2,
    delay_seconds: float = 0.0,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[Testpay]:
    """A test provider with its ledger in ``folder``; ``clock`` gives Unix seconds."""
    config = TestpayConfig(
        host="127.0.0.1",
        port=0,
        secret=secret,
        ledger=folder / "testpay.sqlite3",
        webhook_url=webhook_url,
        late_seconds=late_seconds,
        delay_seconds=delay_seconds,
    )
    listener = listen(config.host, config.port)
    server = TestpayServer(config, listener, clock) if clock else TestpayServer(config, listener)
    running = asyncio.create_task(server.run())

    async def stop() -> None:
        server.stop()
        await running

    headers = {"Authorization": f"Bearer {secret}"}
    base_url = f"http://127.0.0.1:{server.port}"
    try:
        async with httpx.AsyncClient(base_url=base_url, headers=headers) as api:
            yield Testpay(server.port, secret, api, stop)
    finally:
        await stop()
