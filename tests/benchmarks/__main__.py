"""Print the figures. ``BENCH_ROUNDS`` and ``BENCH_SECONDS`` change how long it takes."""

from __future__ import annotations

import os

from tests.benchmarks import joins, packets

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))

packets.build()
for subscribers in (10, 50):
    print(packets.compare(subscribers, ROUNDS, SECONDS), flush=True)
for line in joins.figures():
    print(line, flush=True)
