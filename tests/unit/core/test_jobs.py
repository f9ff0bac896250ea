"""Repeated jobs go on after a failure and end with their application."""

from __future__ import annotations

import asyncio

from videocall.core.jobs import Job, running


async def test_a_job_repeats_and_survives_its_failures() -> None:
    runs = 0
    enough = asyncio.Event()

    async def sometimes() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            enough.set()
        raise RuntimeError(f"failure {runs}")

    async with running([Job("sometimes", 0.001, sometimes)]):
        await asyncio.wait_for(enough.wait(), 5)
    after = runs
    await asyncio.sleep(0.02)
    assert runs == after
