"""The test provider as an ASGI application, and as a process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

import uvicorn

from videocall.core import serving
from videocall.core.logs import get_logger
from videocall.testpay.api import Api
from videocall.testpay.asgi import (
    BodyTooLarge,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    error_response,
    json_response,
    read,
    write,
)
from videocall.testpay.config import TestpayConfig
from videocall.testpay.ledger import Ledger
from videocall.testpay.pages import CardPages
from videocall.testpay.processor import Processor
from videocall.testpay.webhooks import Courier

log = get_logger(__name__)


class TestpayServer:
    """One test provider on its ledger; ``listener`` has the port."""

    __test__ = False  # a name that pytest would collect

    def __init__(
        self,
        config: TestpayConfig,
        listener: socket.socket,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._ledger = Ledger(config.ledger)
        processor = Processor(self._ledger, clock, config.late_seconds)
        self._courier = Courier(
            self._ledger,
            processor,
            clock,
            config.webhook_url,
            config.secret,
            config.webhook_timeout_seconds,
        )
        self._api = Api(config, self._ledger, processor, self._courier.wake, lambda: self.port)
        self._pages = CardPages(self._ledger, processor, self._courier.wake)
        self._http = _Http(
            uvicorn.Config(
                self.app,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                interface="asgi3",  # a bound method is not recognised
                lifespan="off",
                proxy_headers=False,
                timeout_graceful_shutdown=3,
            )
        )

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            return
        try:
            request = await read(scope, receive)
            response = await self._answer(request)
        except BodyTooLarge:
            response = error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "Too large")
        except ValueError:
            response = error_response(HTTPStatus.BAD_REQUEST, "invalid_request", "Not readable")
        await write(send, response, is_head=scope["method"] == "HEAD")

    async def run(self) -> None:
        """Serve until ``stop``; an error when either half ends by itself."""
        delivering = asyncio.create_task(self._courier.run())
        serving = asyncio.create_task(self._http.serve(sockets=[self._listener]))
        try:
            await asyncio.wait({delivering, serving}, return_when=asyncio.FIRST_COMPLETED)
            if delivering.done():
                delivering.result()
        finally:
            self.stop()
            await serving
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)
            self._ledger.close()

    def stop(self) -> None:
        """Ask it to end."""
        self._http.should_exit = True

    async def _answer(self, request: Request) -> Response:
        if request.path == "/health":
            return json_response({"status": "ok"})
        if request.path.startswith("/v1/"):
            return await self._api.answer(request)
        return await self._pages.answer(request)


class _Http(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on; OSError when it can't be had."""
    return serving.listen(host, port, backlog=512)


def run(config: TestpayConfig, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    serving.run_loop(_run(config, listener))


async def _run(config: TestpayConfig, listener: socket.socket) -> None:
    server = TestpayServer(config, listener)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    log.info("test_payments_ready", port=server.port)
    await server.run()
