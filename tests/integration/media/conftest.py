"""Media servers on free ports, over the recording engine or the real one."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.integration.media.receiver import Receiver
from tests.integration.media.tokens import KEY, SECRET
from tests.unit.media.fake_engine import FakeEngine
from videocall.media.config import MediaConfig
from videocall.media.server import MediaServer

Start = Callable[..., contextlib.AbstractAsyncContextManager[MediaServer]]


def local_config(**changes: Any) -> MediaConfig:
    """Loopback, free ports."""
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 0,
        "rtc_host": "127.0.0.1",
        "rtc_port": 0,
        "keys": {KEY: SECRET},
        **changes,
    }
    return MediaConfig(**given)


def http(server: MediaServer) -> str:
    """The server's HTTP address."""
    return server.url.replace("ws", "http", 1)


@pytest.fixture
async def signalling() -> AsyncIterator[MediaServer]:
    """A server whose engine only records."""
    async with MediaServer(local_config(), engine=FakeEngine, tick=0.05) as server:
        yield server


@pytest.fixture
def start() -> Start:
    """Start a server with other settings over the recording engine."""

    def with_settings(**changes: Any) -> contextlib.AbstractAsyncContextManager[MediaServer]:
        return MediaServer(local_config(**changes), engine=FakeEngine, tick=0.05)

    return with_settings


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    """A server with the real engine."""
    async with MediaServer(local_config(), tick=0.1) as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    target = Receiver()
    app = web.Application()
    app.router.add_post("/hook", target.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield target, f"http://127.0.0.1:{port}/hook"
    await runner.cleanup()
