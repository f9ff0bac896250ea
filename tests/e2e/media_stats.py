"""Compare what one browser sent with what another decoded, from their WebRTC statistics."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page


@dataclass(slots=True)
class Heard:
    """The strongest frequency of received audio and its share of all power (0 to 1)."""

    hertz: float
    share: float


@dataclass(slots=True)
class Flow:
    """Video from one page to another over a window of time.

    A simulcast sender sends several layers and the receiver gets one of them at a time. So each
    second counts the frames sent on the layer that has the height which the receiver decodes, or,
    in a second without such a layer (a switch), those of the layer that sent most.
    """

    sent: int = 0
    decoded: int = 0
    freezes: int = 0
    heights: set[int] = field(default_factory=set)

    @property
    def share(self) -> float:
        """Decoded frames over sent frames; 0 when nothing was sent."""
        return self.decoded / self.sent if self.sent else 0.0


Stats = dict[str, dict[str, Any]]


async def _stats(page: Page, kind: str) -> Stats:
    entries = await page.evaluate("kind => window.__probe.streams(kind, 'video')", kind)
    return {str(entry["id"]): entry for entry in entries}


def _grown(before: Stats, after: Stats, counter: str) -> dict[str, int]:
    return {
        key: int(entry.get(counter, 0)) - int(before.get(key, {}).get(counter, 0))
        for key, entry in after.items()
    }


def _add_second(flow: Flow, outbound: tuple[Stats, Stats], inbound: tuple[Stats, Stats]) -> None:
    sent = _grown(*outbound, "framesSent")
    decoded = _grown(*inbound, "framesDecoded")
    busiest = max(decoded, key=lambda key: decoded[key], default=None)
    height = int(inbound[1][busiest].get("frameHeight", 0)) if busiest else 0
    same = [n for key, n in sent.items() if outbound[1][key].get("frameHeight") == height]
    flow.sent += max(same or sent.values(), default=0)
    flow.decoded += sum(decoded.values())
    for key, frames in decoded.items():
        # Absent would read as zero, and nothing would ever count as a freeze.
        assert frames == 0 or "freezeCount" in inbound[1][key], "Chromium counts no freezes"
    flow.freezes += sum(_grown(*inbound, "freezeCount").values())
    flow.heights.add(height)


async def watch(pairs: list[tuple[Page, Page]], seconds: float) -> list[Flow]:
    """Measure each (sender, receiver) pair for ``seconds``, once a second."""
    flows = [Flow() for _ in pairs]

    async def sample() -> list[tuple[Stats, Stats]]:
        async def one(sender: Page, receiver: Page) -> tuple[Stats, Stats]:
            return await _stats(sender, "outbound-rtp"), await _stats(receiver, "inbound-rtp")

        return [await one(*pair) for pair in pairs]

    before = await sample()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(1)
        after = await sample()
        for flow, old, new in zip(flows, before, after, strict=True):
            _add_second(flow, (old[0], new[0]), (old[1], new[1]))
        before = after
    return flows


async def hear(page: Page, seconds: float = 4) -> Heard | None:
    """Listen to everything a page receives; None when no audio track is live."""
    found = await page.evaluate("seconds => window.__probe.loudestHz(seconds)", seconds)
    return Heard(float(found["hertz"]), float(found["share"])) if found else None


async def decoding(page: Page, within: float = 20) -> float:
    """Seconds until the page has decoded its first remote video frame.

    Raises:
        TimeoutError: none came ``within`` seconds.
    """
    began = time.monotonic()
    while time.monotonic() - began < within:
        entries = await _stats(page, "inbound-rtp")
        if any(int(entry.get("framesDecoded", 0)) > 0 for entry in entries.values()):
            return time.monotonic() - began
        await asyncio.sleep(0.1)
    raise TimeoutError(f"no remote video frame within {within} s")
