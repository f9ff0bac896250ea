"""Suites run in their order; light ones two at a time, others alone."""

from __future__ import annotations

from threading import Barrier, Lock

from scripts.check import run_all
from scripts.counts import Counts
from scripts.suites import SPEAKER, Suite


def test_light_suites_run_two_at_a_time_and_keep_their_order() -> None:
    meeting = Barrier(2)

    def meet() -> Counts:
        meeting.wait(timeout=10)
        return Counts(passed=1)

    suites = [Suite(name, (), meet, light=True) for name in "abcd"]
    assert [(name, str(counts)) for name, counts, _ in run_all(suites)] == [
        (name, "1 passed, 0 failed") for name in "abcd"
    ]


def test_a_heavy_suite_has_the_machine_for_itself() -> None:
    busy = Lock()

    def alone() -> Counts:
        assert busy.acquire(blocking=False)
        busy.release()
        return Counts(passed=1)

    def held() -> Counts:
        with busy:
            return Counts(passed=1)

    suites = [
        Suite("light", (), held, light=True),
        Suite("heavy", (), alone),
        Suite("heavier", (), alone),
    ]
    assert [name for name, _, _ in run_all(suites)] == ["light", "heavy", "heavier"]


def test_lines_of_light_suites_say_whose_they_are() -> None:
    heard: list[str] = []

    def listen() -> Counts:
        heard.append(SPEAKER.get())
        return Counts()

    list(run_all([Suite("one", (), listen, light=True), Suite("two", (), listen)]))
    assert heard == ["one: ", ""]
