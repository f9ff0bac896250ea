"""Health: what this process stands on, each part with its state and latency."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Health(StrEnum):
    """The state of a part, or of the whole."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


class Part(Protocol):
    """Something that this process needs; ``critical``: without it no request can be served."""

    @property
    def name(self) -> str: ...

    @property
    def critical(self) -> bool: ...

    async def check(self) -> None:
        """Return when it works; raise what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class PartReport:
    """How one part does; ``latency_ms`` is the time that its check took."""

    name: str
    critical: bool
    status: Health
    latency_ms: float
    detail: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole: failed when a critical part is, degraded when another one is."""

    status: Health
    parts: tuple[PartReport, ...]


class HealthChecks:
    """Checks all parts at once, each within ``timeout`` seconds."""

    def __init__(self, parts: Sequence[Part], timeout: float = 2.0) -> None:
        self._parts = parts
        self._timeout = timeout

    async def report(self) -> Report:
        """Check now."""
        parts = tuple(await asyncio.gather(*(self._check(part) for part in self._parts)))
        failed = [part for part in parts if part.status is Health.FAILED]
        status = Health.OK
        if failed:
            status = Health.FAILED if any(part.critical for part in failed) else Health.DEGRADED
        return Report(status, parts)

    async def _check(self, part: Part) -> PartReport:
        started = time.perf_counter()
        status, detail = Health.OK, None
        try:
            async with asyncio.timeout(self._timeout):
                await part.check()
        except TimeoutError:
            status, detail = Health.FAILED, f"no answer within {self._timeout:g} s"
        except Exception as error:  # noqa: BLE001 - whatever a part raises is its state
            # The kind only: texts of drivers name hosts and users.
            status, detail = Health.FAILED, type(error).__name__
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        return PartReport(part.name, part.critical, status, elapsed, detail)
