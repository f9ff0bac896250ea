"""The fold of attendance gives the same for any order and any repetition of facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.sources import START
from videocall.calls.events import attended, facts
from videocall.calls.model.attendance import Fact, Finished, Joined, Left, Lost, Stay, fold
from videocall.calls.model.rooms import RoomId
from videocall.core.events.model import StoredEvent

MOMENTS = st.integers(0, 1000).map(lambda seconds: START + timedelta(seconds=seconds))
SESSIONS = st.sampled_from(["RM_1", "RM_2"])
SIDS = st.sampled_from(["PA_1", "PA_2", "PA_3"])


def _session_of(sid: str) -> str:
    return "RM_1" if sid == "PA_1" else "RM_2"


FACTS = st.lists(
    st.one_of(
        st.builds(lambda sid, at: Joined(_session_of(sid), sid, f"id-{sid}", at), SIDS, MOMENTS),
        st.builds(
            lambda sid, joined, at: Left(_session_of(sid), sid, f"id-{sid}", joined, at),
            SIDS,
            st.none() | MOMENTS,
            MOMENTS,
        ),
        st.builds(lambda sid, at: Lost(_session_of(sid), sid, f"id-{sid}", at), SIDS, MOMENTS),
        st.builds(Finished, SESSIONS, MOMENTS),
    ),
    max_size=12,
)


@given(FACTS, st.randoms())
def test_order_and_repetition_change_nothing(told: list[Fact], random: Any) -> None:
    expected = fold(told).intervals()
    shuffled = told + random.choices(told, k=3) if told else told
    random.shuffle(shuffled)
    assert fold(shuffled).intervals() == expected


@given(FACTS)
def test_no_interval_ends_before_it_begins(told: list[Fact]) -> None:
    for interval in fold(told).intervals():
        assert interval.left_at is None or interval.left_at >= interval.joined_at
        assert interval.seconds(START) >= 0


@given(FACTS)
def test_facts_survive_the_event_store(told: list[Fact]) -> None:
    stored = [
        StoredEvent(n, str(n), "s", n, event.type, event.data, None, None, START)
        for n, event in enumerate((attended(RoomId("r"), "EV", fact) for fact in told), start=1)
    ]
    other = StoredEvent(0, "0", "s", 0, "calls.something_else.v1", {}, None, None, START)
    assert list(facts([*stored, other])) == told


def test_nothing_known_is_no_interval() -> None:
    with pytest.raises(ValueError, match="PA_1"):
        Stay("PA_1", "RM_1", "id").interval(None)


def test_what_the_server_says_of_the_end_outweighs_what_was_seen() -> None:
    joined = Joined("RM_1", "PA_1", "ann", START)
    lost = Lost("RM_1", "PA_1", "ann", START + timedelta(seconds=30))
    left = Left("RM_1", "PA_1", "ann", None, START + timedelta(seconds=40))
    finished = Finished("RM_1", START + timedelta(seconds=60))
    assert fold([joined, lost, finished]).intervals()[0].left_at == lost.at
    assert fold([joined, lost, left, finished]).intervals()[0].left_at == left.at
