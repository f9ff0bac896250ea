"""What was prepared is made again when its sources change, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import prepare
from scripts.steps import StepFailedError


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "STAMPS", tmp_path / "stamps")
    (tmp_path / "source").write_text("one")
    return tmp_path


def make(workshop: Path) -> bool:
    """Prepare once; whether anything was done."""
    done: list[bool] = []

    def work() -> None:
        (workshop / "made").write_text("made")
        done.append(True)

    prepare.once("thing", [workshop / "source"], workshop / "made", work)
    return bool(done)


def test_nothing_is_made_twice_from_the_same_sources(workshop: Path) -> None:
    assert make(workshop)
    assert not make(workshop)


def test_a_changed_source_makes_it_again(workshop: Path) -> None:
    make(workshop)
    (workshop / "source").write_text("two")
    assert make(workshop)


def test_a_removed_result_is_made_again(workshop: Path) -> None:
    make(workshop)
    (workshop / "made").unlink()
    assert make(workshop)


def test_a_failed_attempt_is_not_remembered(workshop: Path) -> None:
    make(workshop)
    (workshop / "source").write_text("two")

    def fail() -> None:
        raise StepFailedError("no")

    with pytest.raises(StepFailedError):
        prepare.once("thing", [workshop / "source"], workshop / "made", fail)
    assert make(workshop)
