"""HTTP load with wrk, and the CPU time that a server spent on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

import psutil

from scripts.steps import StepFailedError

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_ERRORS = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")
_COUNT = re.compile(r"(\d+) requests in")

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk measured; ``cpu_us`` is the server process's CPU time a request."""

    per_second: float
    cpu_us: float


def pinned(core: int, *command: str) -> list[str]:
    """The command on one core, where the machine has a second one for the rest."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return list(command)
    return ["taskset", "-c", str(cores[min(core, len(cores) - 1)]), *command]


def drive(url: str, server: psutil.Process, seconds: int, *headers: str) -> Load:
    """Ask for ``url`` over and over from 16 connections; any failed answer ends the benchmark."""
    if shutil.which("wrk") is None:
        raise StepFailedError("wrk is missing: apt-get install wrk")
    flags = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *flags, url]
    before = _cpu(server)
    done = subprocess.run(pinned(1, *command), capture_output=True, text=True, check=True)
    spent = _cpu(server) - before
    if failed := _ERRORS.search(done.stdout):
        message = f"{url}: {failed[0]}"
        raise StepFailedError(message)
    rate, count = _RATE.search(done.stdout), _COUNT.search(done.stdout)
    if rate is None or count is None or int(count[1]) == 0:
        raise StepFailedError(f"wrk said nothing of use:\n{done.stdout}")
    return Load(float(rate[1]), spent / int(count[1]) * 1e6)


def _cpu(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)
