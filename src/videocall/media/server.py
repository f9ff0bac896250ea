"""A media server in this process: engine, hub, webhooks and HTTP, started and stopped together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

import uvicorn

from videocall.core.logs import get_logger
from videocall.core.serving import listen
from videocall.media.app import MediaApp
from videocall.media.config import MediaConfig
from videocall.media.engine import Engine, EngineConfig
from videocall.media.http_protocol import BoundedHttp, SignalWebSocket
from videocall.media.hub import Hub
from videocall.media.ids import Ids
from videocall.media.room_service import RoomService
from videocall.media.services import Services
from videocall.media.spool import Spool
from videocall.media.tokens import Tokens
from videocall.media.twirp import Twirp
from videocall.media.webhooks import Webhooks

log = get_logger(__name__)

TICK_S = 0.5


def make_engine(config: EngineConfig) -> Engine:
    """The Rust engine. Imported here, so that all else runs without the built module."""
    from videocall.media._engine import Engine as RustEngine  # noqa: PLC0415

    engine: Engine = RustEngine(config)
    return engine


class MediaServer:
    """``async with MediaServer(config) as server:`` serves until the block ends.

    ``engine`` makes the engine (tests pass a fake). ``port`` is the TCP port of signalling, known
    once started. ``OSError`` when a port is taken.
    """

    def __init__(
        self,
        config: MediaConfig,
        engine: Callable[[EngineConfig], Engine] = make_engine,
        tick: float = TICK_S,
    ) -> None:
        self.config = config
        self.port = config.port
        self._make_engine = engine
        self._tick = tick
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        """Where clients on this machine connect to."""
        host = "127.0.0.1" if self.config.host in ("0.0.0.0", "") else self.config.host
        return f"ws://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self) -> None:
        """Bind the ports and serve in the background."""
        config = self.config
        self._socket = listen(config.host, config.port, backlog=1024)
        self.port = int(self._socket.getsockname()[1])
        try:
            engine = self._make_engine(
                EngineConfig(
                    bind=config.rtc_host,
                    port=config.rtc_port,
                    tcp_port=config.rtc_tcp_port,
                    advertise=tuple(config.advertise),
                    transport_timeout_ms=int(config.timeouts.transport * 1000),
                )
            )
        except BaseException:
            self._socket.close()
            raise
        tokens = Tokens(config.keys, time.time)
        try:
            self.webhooks = Webhooks(config, tokens, spool=_spool(config))
        except BaseException:
            engine.close()
            self._socket.close()
            raise
        self.engine = engine
        self.hub = Hub(
            Services(config, engine, Ids(), tokens, self.webhooks, time.monotonic, time.time)
        )
        app = MediaApp(self.hub, Twirp(self.hub, RoomService(self.hub)))
        self._http = uvicorn.Server(_uvicorn_config(app, config))
        asyncio.get_running_loop().add_reader(engine.event_fd(), self._pump)
        self._tasks = [
            asyncio.create_task(self._serve(), name="media-http"),
            asyncio.create_task(self._pass_time(), name="media-time"),
        ]
        while not self._http.started:
            await asyncio.sleep(0.005)
            if self._tasks[0].done():
                await self._tasks[0]
        self.webhooks.start()
        await self.webhooks.warm_up(self.url.replace("ws", "http", 1))
        log.info(
            "media_started", port=self.port, rtc_port=engine.port, rtc_tcp_port=engine.tcp_port
        )

    async def _serve(self) -> None:
        await self._http._serve([self._socket])  # without uvicorn's signal handlers

    def _pump(self) -> None:
        try:
            self.hub.engine_events(self.engine.drain())
        except Exception:
            log.exception("engine_events_failed")

    async def _pass_time(self) -> None:
        while True:
            await asyncio.sleep(self._tick)
            try:
                self.hub.tick(time.monotonic())
                self.webhooks.beat()
            except Exception:
                log.exception("tick_failed")

    async def wait(self) -> None:
        """Until the HTTP server ends, which it does only by ``stop`` or a failure."""
        await asyncio.wait({self._tasks[0]})

    async def stop(self) -> None:
        """Tell every client, deliver what webhooks are queued, close the ports. Repeatable."""
        if not self._tasks:
            return
        serving, passing = self._tasks
        self._tasks = []
        passing.cancel()
        self.hub.stop()
        self._http.should_exit = True
        await asyncio.gather(serving, passing, self.webhooks.close(), return_exceptions=True)
        with suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self.engine.event_fd())
        self.engine.close()
        self._socket.close()
        log.info("media_stopped")

    async def __aenter__(self) -> MediaServer:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


def _spool(config: MediaConfig) -> Spool | None:
    if config.spool is None or not config.webhook_urls:
        return None
    return Spool(config.spool, config.limits.webhooks_spooled)


def _uvicorn_config(app: MediaApp, config: MediaConfig) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BoundedHttp,
        ws=SignalWebSocket,
        ws_max_size=config.limits.signal_message,
        ws_ping_interval=None,  # clients ping by messages; silence ends a connection here
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        log_level="warning",  # its access lines would hold the tokens of queries
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(config.timeouts.drain),
    )
