"""`videocall app`: the process that serves page and API."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn

from videocall.bootstrap.container import Container, build_container
from videocall.bootstrap.histories import HISTORIES
from videocall.bootstrap.keys import resolve_keys
from videocall.bootstrap.web import build_api, build_asgi
from videocall.core.config import ConfigError
from videocall.core.console import complain, say
from videocall.core.db.migrate import revisions, upgrade
from videocall.core.db.work import driver_errors
from videocall.core.errors import DatabaseUnavailable
from videocall.core.logs import configure_logs
from videocall.core.serving import listen, run_loop
from videocall.core.supervisor import die_with_parent
from videocall.settings import Loaded, Settings

EXIT_FAILED = 1


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Serve until a signal; the exit code."""
    if arguments.supervised_by is not None:
        die_with_parent(arguments.supervised_by)
    settings = loaded.settings
    configure_logs(settings.log.level, as_json=settings.logs_as_json, process="app")
    container = build_container(settings, resolve_keys(settings))
    try:
        return run_loop(_serve(container))
    except DatabaseUnavailable as error:
        complain("videocall: the database does not answer.")
        complain(f"           Check database.url and that it runs ({error.__cause__}).")
        return EXIT_FAILED


async def _serve(container: Container) -> int:
    settings = container.settings
    listener = _listen(settings.server.host, settings.server.port)
    try:
        async with driver_errors():
            await prepare_database(container)
        token = await container.setup.issue_token()
    except BaseException:
        listener.close()
        await container.aclose()
        raise
    config = uvicorn.Config(
        build_asgi(container, build_api(container)),
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        proxy_headers=bool(settings.server.trusted_proxies),
        forwarded_allow_ips=",".join(settings.server.trusted_proxies),
        timeout_graceful_shutdown=max(1, int(settings.server.shutdown_seconds)),
    )
    port = listener.getsockname()[1]
    server = _Server(config, lambda: _announce(settings, port, token))
    await server.serve(sockets=[listener])
    return 0 if server.started else EXIT_FAILED


async def prepare_database(container: Container) -> None:
    """Migrate where the settings say so; else refuse to start on an old schema."""
    settings = container.settings
    old = [item for item in await revisions(container.engine, HISTORIES) if not item.is_current]
    if not old:
        return
    if not settings.migrates_at_start:
        names = ", ".join(item.history for item in old)
        raise ConfigError(
            "database", f"the schema is not the newest ({names})", "Run `videocall migrate`."
        )
    say("Preparing the database ...")
    await upgrade(container.engine, HISTORIES)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        raise ConfigError(
            f"{host}:{port}",
            f"can't listen there ({error.strerror})",
            "Stop what uses the port, or choose another: --port.",
        ) from error


def _announce(settings: Settings, port: int, setup_token: str | None) -> None:
    base = settings.base_url
    if not settings.server.public_url:
        base = f"{base.rsplit(':', 1)[0]}:{port}"
    say(f"Videocall runs at {base}")
    if setup_token is not None:
        say("There is no administrator yet. Open this link once, within 24 hours, to become it:")
        say(f"  {base}/set-up#token={setup_token}")


class _Server(uvicorn.Server):
    """Tells when it listens, and leaves the process to us after a signal."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The inherited one raises the signal again at the end: exit code and clean-up were lost.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
