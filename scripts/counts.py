"""Read how many tests passed, failed and were skipped from what each tool writes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of tests (or of checks, one each)."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def from_junit(path: Path) -> Counts:
    """Pytest's and vitest's JUnit files; an unreadable one counts as one failure."""
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own test runner wrote it
    except (OSError, ElementTree.ParseError):
        return Counts(failed=1)
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
    total = sum(int(suite.get("tests", 0)) for suite in suites)
    failed = sum(int(s.get("failures", 0)) + int(s.get("errors", 0)) for s in suites)
    skipped = sum(int(suite.get("skipped", 0)) for suite in suites)
    return Counts(max(total - failed - skipped, 0), failed, skipped)


def from_cargo(text: str) -> Counts:
    """The `test result:` lines of `cargo test`."""
    found = re.findall(
        r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", text, re.MULTILINE
    )
    total = Counts()
    for passed, failed, ignored in found:
        total += Counts(int(passed), int(failed), int(ignored))
    return total


def from_import_linter(text: str) -> Counts:
    """The `Contracts: N kept, M broken.` line of import-linter."""
    found = re.search(r"Contracts: (\d+) kept, (\d+) broken", text)
    return Counts(int(found[1]), int(found[2])) if found else Counts(failed=1)


def coverage_percent(path: Path) -> float:
    """The percentage of lines in coverage's JSON report."""
    totals = json.loads(path.read_text())["totals"]
    return float(totals["percent_covered"])
