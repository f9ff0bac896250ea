"""The supervisor with real processes: restarts, gives up, stops in order."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from videocall.core.supervisor import Child, Patience, supervise

QUICK = Patience(stop=0.6, settled=0.5, first_pause=0.02, longest_pause=0.05)
SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def child(code: str, *arguments: str, is_leading: bool = False) -> Child:
    return Child("child", [sys.executable, "-S", "-c", code, *arguments], is_leading)


def ignore(_child: Child, _code: int, _pause: float) -> None:
    """Reports of restarts are looked at where they matter."""


async def until(path: Path, lines: int) -> None:
    for _ in range(1000):
        if path.exists() and len(path.read_text().splitlines()) >= lines:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{path} did not reach {lines} lines")


def noting(path: Path, then: str) -> str:
    return f"open({str(path)!r}, 'a').write('started\\n'); {then}"


async def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    stop = asyncio.Event()
    dying = child(noting(tmp_path / "log", "raise SystemExit(3)"))
    reports: list[tuple[int, float]] = []

    def report(_child: Child, code: int, pause: float) -> None:
        reports.append((code, pause))

    running = asyncio.create_task(supervise([dying], stop, report, QUICK))
    await until(tmp_path / "log", 4)
    stop.set()
    assert await running == 0
    assert reports[:3] == [(3, 0.02), (3, 0.04), (3, 0.05)]


async def test_a_leading_child_that_cannot_start_stops_everything(tmp_path: Path) -> None:
    other = child(noting(tmp_path / "log", SLEEP))
    failing = child("raise SystemExit(2)", is_leading=True)
    started = time.monotonic()
    assert await supervise([failing, other], asyncio.Event(), ignore, QUICK) == 2
    assert time.monotonic() - started < 10


async def test_a_leading_child_that_was_up_is_started_again(tmp_path: Path) -> None:
    stop = asyncio.Event()
    dying = child(
        noting(tmp_path / "log", "import time; time.sleep(0.6); raise SystemExit(1)"),
        is_leading=True,
    )
    running = asyncio.create_task(supervise([dying], stop, ignore, QUICK))
    await until(tmp_path / "log", 2)
    stop.set()
    assert await running == 0


async def test_children_are_asked_to_stop_and_then_killed(tmp_path: Path) -> None:
    stop = asyncio.Event()
    children = [
        child(noting(tmp_path / "polite", SLEEP)),
        child(noting(tmp_path / "stubborn", STUBBORN)),
    ]
    running = asyncio.create_task(supervise(children, stop, ignore, QUICK))
    await until(tmp_path / "polite", 1)
    await until(tmp_path / "stubborn", 1)
    stop.set()
    assert await asyncio.wait_for(running, 10) == 0


async def test_a_stop_during_the_pause_is_heard(tmp_path: Path) -> None:
    stop = asyncio.Event()
    patience = Patience(stop=1, settled=5, first_pause=60, longest_pause=60)
    dying = child(noting(tmp_path / "log", "raise SystemExit(1)"))
    running = asyncio.create_task(supervise([dying], stop, ignore, patience))
    await until(tmp_path / "log", 1)
    await asyncio.sleep(0.2)
    stop.set()
    assert await asyncio.wait_for(running, 5) == 0
