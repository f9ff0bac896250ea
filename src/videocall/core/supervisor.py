"""Keeps child processes running: restarts with backoff, stops all of them gracefully."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running. ``is_leading``: when it can't start, everything stops."""

    name: str
    command: Sequence[str]
    is_leading: bool


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a supervisor waits; seconds."""

    stop: float = 15.0  # from the request to stop to a kill
    settled: float = 5.0  # after so long a start has succeeded, and the backoff begins anew
    first_pause: float = 0.5
    longest_pause: float = 30.0


Report = Callable[[Child, int, float], None]
"""Hears of a child that ended by itself: its exit code, and the pause before its next start."""


async def supervise(
    children: Sequence[Child],
    stop: asyncio.Event,
    report: Report,
    patience: Patience | None = None,
) -> int:
    """Run all children until ``stop``; the exit code, not 0 when a leading child can't start."""
    patience = patience or Patience()
    tasks = [asyncio.create_task(_keep(child, stop, report, patience)) for child in children]
    try:
        codes = await asyncio.gather(*tasks)
    finally:
        stop.set()
    return next((code for code in codes if code), 0)


async def _keep(child: Child, stop: asyncio.Event, report: Report, patience: Patience) -> int:
    pause = patience.first_pause
    has_settled = False
    while not stop.is_set():
        started = time.monotonic()
        code = await _run_once(child, stop, patience)
        if stop.is_set():
            return 0
        lasted = time.monotonic() - started
        has_settled = has_settled or lasted >= patience.settled
        if child.is_leading and not has_settled:
            stop.set()
            return code or 1
        pause = patience.first_pause if lasted >= patience.settled else pause
        report(child, code, pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, patience.longest_pause)
    return 0


async def _run_once(child: Child, stop: asyncio.Event, patience: Patience) -> int:
    # A session of its own: Ctrl-C reaches the supervisor alone, which then stops them in order.
    process = await asyncio.create_subprocess_exec(
        *child.command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    ended = asyncio.create_task(process.wait())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ended.done():
        await _stop(process, ended, patience.stop)
    return await ended


async def _stop(
    process: asyncio.subprocess.Process, ended: asyncio.Task[int], seconds: float
) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    _, running = await asyncio.wait({ended}, timeout=seconds)
    if running:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def die_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to end this process when its supervisor is killed."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)  # it was killed before we asked
