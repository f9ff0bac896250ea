"""Run the checks named on the command line, or all of them, and sum up.

The last line is `N passed, N failed` over all tests and checks; the exit code is 1 when any failed.
"""

from __future__ import annotations

import sys
import time

from scripts.counts import Counts
from scripts.steps import StepFailedError, say
from scripts.suites import COVERAGE, SUITES, Suite


def run(suite: Suite) -> tuple[Counts, float]:
    """Prepare and run one suite; what cannot be prepared counts as one failure."""
    began = time.monotonic()
    try:
        for need in suite.needs:
            need()
        say(f"{suite.name}: running")
        counts = suite.run()
    except StepFailedError as error:
        say(f"{suite.name}: failed: {error}")
        counts = Counts(failed=1)
    return counts, time.monotonic() - began


def summary(rows: list[tuple[str, Counts, float]]) -> str:
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
    rows = [(name, *run(SUITES[name])) for name in names]
    print(summary(rows), flush=True)
    return 1 if any(counts.failed for _, counts, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
