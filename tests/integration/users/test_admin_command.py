"""`videocall admin create` at a terminal: it asks for what is not given."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.factories.people import PASSWORD
from videocall.cli import main


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_it_asks_until_both_passwords_are_the_same(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = iter(["ana@example.com", "Ana"])
    hidden = iter([PASSWORD, "something else", PASSWORD, PASSWORD])
    monkeypatch.setattr("builtins.input", lambda _question: next(typed))
    monkeypatch.setattr(getpass, "getpass", lambda _question: next(hidden))
    flags = ["--data-dir", str(tmp_path), "--set", f"database.url={database_url}", "--env=test"]
    assert main(["admin", "create", *flags]) == 0
    said = capsys.readouterr()
    assert "Made administrator ana@example.com" in said.out
    assert "not the same" in said.err
    assert PASSWORD not in said.out + said.err


def test_an_interrupted_question_ends_quietly(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_question: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    flags = ["--data-dir", str(tmp_path), "--set", f"database.url={database_url}"]
    assert main(["admin", "create", *flags]) == 130
