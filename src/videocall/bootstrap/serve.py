"""`videocall serve`: the application, the embedded media server and the test provider, supervised.

Light on purpose: it reads settings, makes secrets and starts the children, which import the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys

from videocall.bootstrap.keys import resolve_keys
from videocall.core.console import say
from videocall.core.supervisor import Child, Patience, supervise
from videocall.settings import Loaded, Settings, load


def run(loaded: Loaded, _arguments: argparse.Namespace) -> int:
    """Run until a signal; the exit code."""
    loaded = _with_ports(loaded)
    settings = loaded.settings
    resolve_keys(settings)  # made before two children could both make them
    children = [Child("app", _command("app", loaded), is_leading=True)]
    if settings.media.mode == "embedded":
        children.append(Child("media", _command("media", loaded), is_leading=False))
    if settings.has_test_payments:
        children.append(Child("testpay", _command("testpay", loaded), is_leading=False))
    # The children drain for as long as the settings say; a little more for their exit.
    patience = Patience(stop=settings.server.shutdown_seconds + 5)
    return asyncio.run(_supervise(children, settings, patience))


async def _supervise(children: list[Child], settings: Settings, patience: Patience) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def report(child: Child, code: int, pause: float) -> None:
        # Logging costs a third of a second to import: only a start that fails pays for it.
        from videocall.core.logs import configure_logs, get_logger  # noqa: PLC0415

        configure_logs(settings.log.level, as_json=settings.logs_as_json, process="serve")
        event = "a process ended and is started again"
        get_logger(__name__).error(event, child=child.name, code=code, pause_seconds=pause)

    code = await supervise(children, stop, report, patience)
    say("Videocall has stopped.")
    return code


def _command(command: str, loaded: Loaded) -> list[str]:
    flags = [f"--set={key}={value}" for key, value in loaded.flags.items()]
    supervised = f"--supervised-by={os.getpid()}"
    return [sys.executable, "-m", "videocall", command, supervised, *flags]


def _with_ports(loaded: Loaded) -> Loaded:
    """Port 0 means a free one: all children must hear of the same."""
    settings = loaded.settings
    wanted = {
        "server.port": (settings.server.host, settings.server.port, socket.SOCK_STREAM),
        "media.port": (settings.media_host, settings.media.port, socket.SOCK_STREAM),
        "payments.test.port": (
            settings.test_payments_host,
            settings.payments.test.port,
            socket.SOCK_STREAM,
        ),
        "media.udp_port": (settings.media_host, settings.media.udp_port, socket.SOCK_DGRAM),
        "media.tcp_port": (settings.media_host, settings.media.tcp_port, socket.SOCK_STREAM),
    }
    chosen = {
        key: str(_free_port(host, kind)) for key, (host, port, kind) in wanted.items() if port == 0
    }
    return load({**loaded.flags, **chosen}) if chosen else loaded


def _free_port(host: str, kind: socket.SocketKind) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
