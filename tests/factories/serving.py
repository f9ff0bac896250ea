"""A whole application on a real socket, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import uvicorn

from tests.factories import application
from tests.factories.application import Application

T = TypeVar("T")


@dataclass
class Served:
    """Where it listens; ``app`` is spoken to from its own loop through ``do``."""

    url: str
    app: Application
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run something of the application where it lives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@contextmanager
def served(database_url: str, flags: Mapping[str, str] | None = None) -> Iterator[Served]:
    """The application on a free port of 127.0.0.1, without its repeated jobs."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    ready: threading.Event = threading.Event()
    started: list[Served] = []
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        async with application.running(database_url, flags) as app:
            config = uvicorn.Config(
                app.asgi, log_config=None, access_log=False, lifespan="off", ws="none"
            )
            server = uvicorn.Server(config)
            servers.append(server)
            url = f"http://127.0.0.1:{port}"
            started.append(Served(url, app, asyncio.get_running_loop()))
            ready.set()
            await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="application", daemon=True)
    thread.start()
    try:
        if not ready.wait(30):
            raise RuntimeError("the application did not start")
        yield started[0]
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(30)
