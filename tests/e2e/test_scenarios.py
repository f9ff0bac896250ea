"""The faults that livekit-client can ask for, played by the server: the browser recovers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.browser_room import Tab, tab
from tests.integration.media.conftest import local_config
from videocall.media.server import MediaServer

Pair = tuple[Tab, Tab]


@pytest.fixture(params=[True, False], ids=["v1", "v0"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    """Ann publishes a picture, ben watches it."""
    async with (
        MediaServer(local_config(rtc_tcp_port=0), tick=0.1) as server,
        tab(server, tmp_path / "ann") as ann,
        tab(server, tmp_path / "ben") as ben,
    ):
        await ann.join("ann", single=request.param)
        await ann.call("publish", {"videoCodec": "vp8"})
        await ben.join("ben", single=request.param)
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 10)
        yield ann, ben


async def goes_on(ben: Tab) -> None:
    """New pictures of ann still come."""
    await ben.eventually("others", holds=lambda others: others == ["ann"])
    seen = await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 0)
    await ben.eventually("received", "ann", holds=lambda r: r["frames"] > seen["frames"] + 10)


async def names(someone: Tab) -> list[str]:
    return [event[0] for event in await someone.call("happened")]


async def play(someone: Tab, scenario: str) -> None:
    """Simulate something and wait until the client says that it is back."""
    count = (await names(someone)).count("Reconnected")
    await someone.call("simulate", scenario)
    await someone.eventually(
        "happened", holds=lambda events: [e[0] for e in events].count("Reconnected") > count
    )


async def test_every_resume_goes_on(pair: Pair) -> None:
    ann, ben = pair
    for scenario in (
        "signal-reconnect",
        "migration",
        "disconnect-signal-on-resume",
        "disconnect-signal-on-resume-no-messages",
    ):
        for someone in (ann, ben):
            await play(someone, scenario)
            await goes_on(ben)
    for someone in (ann, ben):  # nobody had to start again
        assert "Disconnected" not in await names(someone)
        assert "Reconnecting" not in await names(someone)


async def test_every_full_reconnect_comes_back(pair: Pair) -> None:
    ann, ben = pair
    for scenario in ("node-failure", "leave-full-reconnect", "full-reconnect"):
        for someone in (ann, ben):
            await play(someone, scenario)
            await goes_on(ben)
    assert "Disconnected" not in await names(ann)


async def test_a_client_can_be_moved_to_tcp(pair: Pair) -> None:
    _, ben = pair
    assert await ben.call("protocol") == "udp"
    await play(ben, "force-tcp")
    await goes_on(ben)
    assert await ben.call("protocol") == "tcp"


async def test_a_simulated_speaker_is_seen_and_falls_silent(pair: Pair) -> None:
    ann, ben = pair
    await ann.call("simulate", "speaker")
    await ben.eventually("speakers", holds=lambda s: s == ["ann"])
    await ben.eventually("speakers", holds=lambda s: s == [])


async def test_a_server_that_leaves_ends_the_call(pair: Pair) -> None:
    ann, ben = pair
    await ann.call("simulate", "server-leave")
    await ann.eventually("state", holds=lambda s: s == "disconnected")
    await ben.eventually("others", holds=lambda others: others == [])
    await asyncio.sleep(2)
    assert await ann.call("state") == "disconnected"


async def test_quality_is_told_and_lost_when_somebody_vanishes(pair: Pair) -> None:
    ann, ben = pair
    await ben.eventually("quality", "ann", holds=lambda q: q == "excellent")
    await ann.page.close()
    await ben.eventually("quality", "ann", holds=lambda q: q in ("lost", None))
