"""Run the checks named on the command line, or all of them, and sum up.

The last line is `N passed, N failed` over all tests and checks; the exit code is 1 when any failed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from threading import Lock

from scripts.counts import Counts
from scripts.steps import StepFailedError, say
from scripts.suites import COVERAGE, SPEAKER, SUITES, Suite

Row = tuple[str, Counts, float]

_preparing = Lock()


def run(suite: Suite) -> Row:
    """Prepare and run one suite; what cannot be prepared counts as one failure."""
    SPEAKER.set(f"{suite.name}: " if suite.light else "")
    began = time.monotonic()
    try:
        with _preparing:
            for need in suite.needs:
                need()
        say(f"{suite.name}: running")
        counts = suite.run()
    except StepFailedError as error:
        say(f"{suite.name}: failed: {error}")
        counts = Counts(failed=1)
    return suite.name, counts, time.monotonic() - began


def run_all(suites: Iterable[Suite]) -> Iterator[Row]:
    """Run in their order; light ones that follow each other two at a time."""
    for light, some in groupby(suites, lambda suite: suite.light):
        with ThreadPoolExecutor(2 if light else 1) as pool:
            yield from pool.map(run, some)


def summary(rows: list[Row]) -> str:
    """The table printed at the end, one suite a line, then the closing line."""
    lines = ["", f"{'check':<24}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    total = Counts()
    for name, counts, seconds in rows:
        total += counts
        lines.append(
            f"{name:<24}{counts.passed:>8}{counts.failed:>8}{counts.skipped:>9}{seconds:>9.0f}"
        )
    return "\n".join([*lines, "", str(total)])


def main() -> int:
    """Run, print the table, answer 0 when nothing failed."""
    names = sys.argv[1:] or list(SUITES)
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(SUITES)}")
        return 2
    if "coverage" in names:
        for old in COVERAGE.glob("*"):
            old.unlink()
    rows = list(run_all(SUITES[name] for name in names))
    print(summary(rows), flush=True)
    return 1 if any(counts.failed for _, counts, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
