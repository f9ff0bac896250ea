"""The socket and the loop of a server process."""

from __future__ import annotations

import asyncio
import socket

import pytest

from videocall.core.serving import listen, run_loop


def test_an_accepted_connection_sends_at_once() -> None:
    """Without TCP_NODELAY a body behind its headers waits 40 ms for an acknowledgement."""
    with listen("127.0.0.1", 0) as listener:
        listener.setblocking(True)
        with socket.create_connection(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert client.recv(1) == b""


def test_a_taken_port_is_refused() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", listener.getsockname()[1])


def test_work_runs_to_its_end_and_answers() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return type(asyncio.get_running_loop()).__module__

    assert run_loop(work()).startswith("uvloop")
