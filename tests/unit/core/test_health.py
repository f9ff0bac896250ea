"""Health of the whole from the health of its parts."""

from __future__ import annotations

import asyncio

import pytest

from videocall.core.health import Health, HealthChecks


class PartOfTest:
    """A part that works, fails or hangs."""

    def __init__(self, name: str, *, critical: bool, does: str) -> None:
        self.name = name
        self.critical = critical
        self._does = does

    async def check(self) -> None:
        if self._does == "fail":
            raise RuntimeError("postgresql://me:secret@db")
        if self._does == "hang":
            await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("critical", "other", "status"),
    [
        ("work", "work", Health.OK),
        ("work", "fail", Health.DEGRADED),
        ("fail", "work", Health.FAILED),
        ("hang", "fail", Health.FAILED),
    ],
)
async def test_the_whole(critical: str, other: str, status: Health) -> None:
    parts = [
        PartOfTest("database", critical=True, does=critical),
        PartOfTest("media", critical=False, does=other),
    ]
    report = await HealthChecks(parts, timeout=0.05).report()
    assert report.status is status
    assert [part.name for part in report.parts] == ["database", "media"]
    for part, does in zip(report.parts, (critical, other), strict=True):
        assert (part.status is Health.OK) == (does == "work")
        assert part.latency_ms >= 0
        assert "secret" not in str(part.detail)
    if critical == "hang":
        assert report.parts[0].detail == "no answer within 0.05 s"
