"""The media server as a process of its own."""

from __future__ import annotations

import asyncio
import signal

from videocall.core.logs import get_logger
from videocall.core.serving import run_loop
from videocall.media.config import MediaConfig
from videocall.media.server import MediaServer

log = get_logger(__name__)


def run(config: MediaConfig) -> None:
    """Serve until SIGTERM or SIGINT; clients are told and webhooks delivered before it ends.

    ``OSError`` when a port is taken.
    """
    run_loop(_run(config))


async def _run(config: MediaConfig) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with MediaServer(config) as server:
        log.info("media_ready", url=server.url, rtc_port=server.engine.port)
        ended = asyncio.create_task(server.wait())
        await asyncio.wait(
            {ended, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        if ended.done() and not stop.is_set():
            raise RuntimeError("the media server's HTTP part ended by itself")
