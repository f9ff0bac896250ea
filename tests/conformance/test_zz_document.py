"""The document is what this run found: every line has passed with one client at least."""

from __future__ import annotations

from tests.conformance.conftest import DOCUMENT, RESULTS


def test_every_line_has_passed_and_the_document_says_what_was_found() -> None:
    assert RESULTS.missing() == []
    assert DOCUMENT.read_text() == RESULTS.document(), "run `make conformance` and commit the page"
