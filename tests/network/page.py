"""Write docs/media/networks.md from what `make network` and `make soak` measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs" / "media"
HEAD = """# Bad networks

Made by `make network` and `make soak`: the media server in one network namespace, Chromium in
others, joined by veth pairs. Loss is nftables' `numgen random` on UDP in both directions, a
narrow link is tc's `tbf` with a queue of 200 ms, a change of address takes the old one away and
gives another one second later. The camera is a drifting texture in VP8, 15 frames a second, in
three layers: on the narrow link 135 lines at 120 kbit/s, 270 at 400 and 540 at 1,200; elsewhere
90 at 80, 180 at 250 and 360 at 700. All processes share one machine with 2 cores that did other
work at the same time (a load of 10 to 18), so pictures also stood still for want of CPU. CI runs
shorter versions with the same bounds.

"Frozen" is the worse of Chromium's `totalFreezesDuration` and the time in which no frame was
decoded; concealed sound leaves silence out.
"""
BOUNDS = {
    "loss": "at most 5 % frozen",
    "sound": "at most 15 % concealed at 10 % loss",
    "width": "lowest layer within 5 s, highest within 15 s, the other subscriber undisturbed",
    "screen": "the screen goes on, the camera gives way",
    "address-receiver": "within 3 s",
    "address-sender": "within 3 s",
    "restart": "within 10 s of the server's start",
}
TAIL = """
## What a client must do itself

A Chromium that publishes holds sockets bound to its addresses and gathers new ones only in an ICE
restart. When its address changes without a gap, its page is not told, and livekit-client restarts
ICE when the connection has failed: 13 s in our measurement, whatever the server does. With a gap of
a second, as in a change of Wi-Fi, the page hears `offline` and `online`, and resumes at once.
"""


UNSOAKED = """
## A restless call

`make soak` has not been passed yet. In its longest run, 6.5 minutes on the busy machine, the
picture of the Python program whose signalling broke off every few seconds stood still in Chromium
for more than 15 s. Without resumes of that program, as in CI, a minute passes: 15 joins
and leaves, 30 changes of layer, memory 67.2 to 67.8 MB, 27 to 31 files, 2 threads.
"""


def sentence(figures: dict[str, Any]) -> str:
    """Figures as a person reads them."""
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in figures.items())


def case(name: str) -> str:
    """Table row and plot of one case; empty when it was not measured."""
    path = DOCS / "networks" / f"{name}.json"
    if not path.exists():
        return ""
    kept = json.loads(path.read_text())
    return (
        f"\n## {kept['title']}\n\nWanted: {BOUNDS[name]}.  \n"
        f"Measured: {sentence(kept['figures'])}.\n\n"
        f"![{kept['title']}](networks/{name}.svg)\n"
    )


def soak() -> str:
    path = DOCS / "networks" / "soak.json"
    if not path.exists():
        return UNSOAKED
    figures = json.loads(path.read_text())
    return (
        "\n## A restless call\n\nChromium and two programs stay; visitors come, publish and go; "
        "layers change, signalling breaks off and resumes. Every track must deliver in every "
        f"round, and the server's log tell of no error.\n\nMeasured: {sentence(figures)}.\n"
    )


def main() -> None:
    """Write the page."""
    text = HEAD + "".join(case(name) for name in BOUNDS) + soak() + TAIL
    (DOCS / "networks.md").write_text(text)


if __name__ == "__main__":
    main()
