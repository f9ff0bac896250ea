"""What a run measured, as JSON for machines and as a plot for people."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.network.browser import Sample
from tests.network.plot import Panel, svg

ROOT = Path(__file__).resolve().parents[2]
# `make network` runs the long versions and lets them write into the documentation.
FULL = os.environ.get("NETWORK_FULL") == "1"
OUTPUT = ROOT / ("docs/media/networks" if FULL else "test-results/network")


@dataclass
class Record:
    """One case: who received what, when something was done, and the figures that count."""

    name: str
    title: str
    began: float  # UNIX seconds
    received: dict[str, Sequence[Sample]] = field(default_factory=dict)
    marks: list[tuple[float, str]] = field(default_factory=list)
    figures: dict[str, float | int | str] = field(default_factory=dict)

    def mark(self, at: float, text: str) -> None:
        """Something was done to the network at ``at``."""
        self.marks.append((at, text))

    def write(self) -> None:
        """Write the files and print the figures."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        print(f"\nnetwork {self.name}: {json.dumps(self.figures)}", flush=True)
        marks = [(round(at - self.began, 2), text) for at, text in sorted(self.marks)]
        kept = {"title": self.title, "marks": marks, "figures": self.figures}
        (OUTPUT / f"{self.name}.json").write_text(json.dumps(kept, indent=1) + "\n")
        (OUTPUT / f"{self.name}.svg").write_text(svg(self.title, self.panels(), marks))
        if not FULL:
            raw = {who: [asdict(one) for one in rows] for who, rows in self.received.items()}
            (OUTPUT / f"{self.name}.raw.json").write_text(json.dumps(raw))

    def panels(self) -> list[Panel]:
        """Layer, bits and frozen time over time, of everybody who received."""
        return [
            Panel("height (px)", self._lines(heights), step=True),
            Panel("received (kbit/s)", self._lines(rates)),
            Panel("decoded (frames/s)", self._lines(frame_rates)),
        ]

    def _lines(self, of: object) -> Mapping[str, list[tuple[float, float]]]:
        assert callable(of)
        return {
            who: [(at - self.began, value) for at, value in of(rows)]
            for who, rows in self.received.items()
        }


def heights(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """The height of the layer that is decoded; 0 while nothing new comes for a second."""
    found: list[tuple[float, float]] = []
    moved = samples[0].at if samples else 0.0
    for old, new in pairwise(samples):
        if new.frames != old.frames:
            moved = new.at
        found.append((new.at, new.height if new.at - moved < 1 else 0))
    return found


def _growth(samples: Sequence[Sample], counter: str, scale: float) -> list[tuple[float, float]]:
    """Growth a second over a window of one second."""
    found: list[tuple[float, float]] = []
    for index, new in enumerate(samples):
        old = next((one for one in reversed(samples[:index]) if new.at - one.at >= 1), None)
        if old:
            grown = max(0, getattr(new, counter) - getattr(old, counter))
            found.append((new.at, grown * scale / (new.at - old.at)))
    return found


def rates(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """Kilobits a second."""
    return _growth(samples, "bytes", 8e-3)


def frame_rates(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """Decoded frames a second."""
    return _growth(samples, "frames", 1)


def between(samples: Sequence[Sample], start: float, end: float) -> list[Sample]:
    """The samples of a window of UNIX time."""
    return [one for one in samples if start <= one.at <= end]


def frozen(samples: Sequence[Sample]) -> float:
    """Seconds frozen: Chromium's count, or time in which nothing was decoded, the worse of both.

    ``totalFreezesDuration`` (W3C, Identifiers for WebRTC's Statistics API) tells of a freeze only
    when it has ended, and nothing of a picture that never comes again.
    """
    counted = samples[-1].frozen - samples[0].frozen
    still, last = 0.0, samples[0]
    for old, new in pairwise(samples):
        if new.frames != old.frames:
            still += max(0.0, old.at - last.at - 0.5)
            last = new
    still += max(0.0, samples[-1].at - last.at - 0.5)
    return max(counted, still)
