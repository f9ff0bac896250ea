"""Error codes: the page about them is the newest, each has its form, and the page words them."""

from __future__ import annotations

import re

from scripts.errors import DOCUMENT, entries, render
from tests.architecture.sources import ROOT

CODE = re.compile(r"[a-z]+\.[a-z0-9_]+")
PAGES_OWN = ("http_", "network_", "page_", "calls_media_refused")  # what never comes as a problem
TEXTS = ROOT / "web" / "src" / "i18n"


def worded(language: str) -> set[str]:
    """The codes that the page has words of its own for; others are worded by their status."""
    text = (TEXTS / language / "errors.ts").read_text()
    block = text[text.index("byCode: {") :]
    named = set(re.findall(r"^    ([a-z]+_[a-z0-9_]+):", block[: block.index("\n  },")], re.M))
    return {name for name in named if not name.startswith(PAGES_OWN)}


def test_the_page_about_errors_is_made_from_the_code() -> None:
    assert DOCUMENT.read_text() == render(), "run `.venv/bin/python -m scripts.errors`"


def test_every_code_has_its_form_and_says_what_is_wrong() -> None:
    wrong = [entry.code for entry in entries() if not CODE.fullmatch(entry.code) or not entry.title]
    assert wrong == []


def test_the_page_words_only_codes_that_there_are_in_both_languages() -> None:
    english, indonesian = worded("en"), worded("id")
    assert english
    assert english == indonesian
    assert english - {entry.code.replace(".", "_") for entry in entries()} == set()
