"""What every server process stands on: its listening socket and its event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


def listen(host: str, port: int, backlog: int = 2048) -> socket.socket:
    """A TCP socket to serve on; OSError when it can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=backlog)
    # Accepted connections inherit it. asyncio sets it only for sockets that name their protocol,
    # which these do not: a body written after its headers then waits 40 ms for the peer's delayed
    # acknowledgement (RFC 896 meets RFC 1122, 4.2.3.2).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


def run_loop(work: Coroutine[object, object, T]) -> T:
    """Run to the end on uvloop, where the platform has it, else on asyncio's own loop."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
