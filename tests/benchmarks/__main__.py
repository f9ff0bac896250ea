"""Print the figures of the parts named on the command line, or of all.

``BENCH_ROUNDS`` and ``BENCH_SECONDS`` change how long it takes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

from tests.benchmarks import catalogue, joins, packets

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))


def _packets() -> Iterator[str]:
    packets.build()
    for subscribers in (10, 50):
        yield packets.compare(subscribers, ROUNDS, SECONDS)


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "catalogue": lambda: catalogue.figures(ROUNDS, SECONDS),
    "packets": _packets,
    "joins": joins.figures,
}

for name in sys.argv[1:] or list(PARTS):
    for line in PARTS[name]():
        print(line, flush=True)
