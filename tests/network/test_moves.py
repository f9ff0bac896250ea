"""A client that changes its address, and a server that dies: everybody comes back."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.e2e.sdk import client
from tests.network.browser import Sample, browser, dev_token
from tests.network.links import Network
from tests.network.record import FULL, Record
from tests.network.server import Server

ADDRESS_WITHIN_S, RESTART_WITHIN_S = 3.0, 10.0
AFTER_S = 20 if FULL else 2
# A computer that changes its network has none for a moment; browsers tell their pages ("offline"),
# and livekit-client acts on it. Without a gap it learns of the change only when ICE fails (12 s).
AWAY_S = 1.0


def resumed(samples: list[Sample], at: float) -> float | None:
    """Seconds from ``at`` until pictures flow again: the end of the last long stillness after it.

    The first pictures after ``at`` may have been on their way; so five new ones must follow within
    two seconds of the moment that counts.
    """
    after = [one for one in samples if one.at >= at]
    for index, one in enumerate(after):
        later = [two for two in after[index:] if two.at <= one.at + 2]
        if index and one.frames > after[index - 1].frames and later[-1].frames >= one.frames + 5:
            return one.at - at
    return None


@pytest.mark.parametrize("role", ["receiver", "sender"])
async def test_media_resumes_after_a_change_of_address(
    role: str, net: Network, server: Server, tmp_path: Path
) -> None:
    first, second = net.links[:2]
    async with (
        browser(server, first, tmp_path / "ann") as ann,
        browser(server, second, tmp_path / "ben") as ben,
    ):
        await ben.join("ben")
        await ann.join("ann")
        await ann.camera()
        began = await ben.until("ann", lambda s: s.height == 360, 40)
        await asyncio.sleep(2)
        link = second if role == "receiver" else first
        link.leave()
        await asyncio.sleep(AWAY_S)
        link.arrive()
        moved, after = time.time(), None
        for _ in range(60):
            await asyncio.sleep(0.5)
            after = resumed(await ben.received("ann"), moved + 0.1)
            if after is not None:
                break
        await asyncio.sleep(AFTER_S)
        samples = await ben.received("ann")
        events = await (ben if role == "receiver" else ann).call("events")
    record = Record(f"address-{role}", f"The {role}'s address changes", began)
    record.received = {"the receiver": samples}
    record.mark(moved, "new address")
    record.figures = {
        "resumed_after_seconds": -1 if after is None else round(after, 2),
        "sdk_events": " ".join(f"{e['name']} {e['at'] - moved:.1f} s" for e in events),
    }
    record.write()
    assert after is not None
    assert after <= ADDRESS_WITHIN_S


async def test_everybody_is_back_after_the_server_was_killed(
    net: Network, server: Server, tmp_path: Path
) -> None:
    there, here = net.links[0], net.links[-1]
    async with (
        browser(server, there, tmp_path / "ann") as ann,
        client(server.url(here), dev_token("ben")) as ben,
    ):
        await ann.join("ann")
        await ann.camera()
        await ben.publish_video(640, 360, 15)
        began = await ann.until("ben", lambda s: s.frames > 10, 30)
        while "ann" not in ben.video or ben.video["ann"].frames < 10:
            assert time.time() < began + 30, "the program sees nothing"
            await asyncio.sleep(0.1)
        await server.kill()
        killed = time.time()
        await server.start()
        started = time.time()
        frames, old = ben.video["ann"].frames, (await ann.received("ben"))[-1].frames
        back = await ann.until("ben", lambda s: s.frames not in (0, old), 30, since=started)
        while ben.video["ann"].frames < frames + 3:
            assert time.time() < started + 30, "the program's pictures did not come back"
            await asyncio.sleep(0.05)
        program_back = time.time()
        flowing = (await ann.received("ben"))[-1].frames
        await ann.until("ben", lambda s: s.frames >= flowing + 5, 30)
        await asyncio.sleep(AFTER_S)
        samples = await ann.received("ben")
    record = Record("restart", "The server is killed (SIGKILL) and started again", began)
    record.received = {"Chromium": samples}
    record.mark(killed, "killed")
    record.mark(started, "ready again")
    record.figures = {
        "down_seconds": round(started - killed, 2),
        "chromium_back_after_seconds": round(back - started, 2),
        "python_back_after_seconds": round(program_back - started, 2),
    }
    record.write()
    assert back - started <= RESTART_WITHIN_S
    assert program_back - started <= RESTART_WITHIN_S
