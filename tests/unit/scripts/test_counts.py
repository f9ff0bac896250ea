"""Counts are read right, and what cannot be read counts as a failure."""

from __future__ import annotations

from pathlib import Path

from scripts.check import summary
from scripts.counts import Counts, from_cargo, from_import_linter, from_junit


def test_pytest_reports_are_summed_over_suites(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/>'
        '<testsuite tests="2" failures="0" errors="0" skipped="0"/></testsuites>'
    )
    assert from_junit(report) == Counts(passed=4, failed=2, skipped=1)


def test_a_missing_or_broken_report_is_a_failure(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuites>")
    assert from_junit(broken) == from_junit(tmp_path / "missing.xml") == Counts(failed=1)


def test_cargo_results_are_summed_over_crates() -> None:
    text = (
        "test a ... ok\n"
        "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n"
        "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n"
    )
    assert from_cargo(text) == Counts(passed=15, failed=2, skipped=1)


def test_contracts_that_cannot_be_read_are_a_failure() -> None:
    assert from_import_linter("Contracts: 4 kept, 1 broken.") == Counts(passed=4, failed=1)
    assert from_import_linter("Could not find package") == Counts(failed=1)


def test_the_summary_ends_with_the_closing_line() -> None:
    rows = [("unit", Counts(passed=3), 1.2), ("browser", Counts(1, 1, 1), 60.0)]
    assert summary(rows).splitlines()[-1] == "4 passed, 1 failed, 1 skipped"
