"""How numbers look, and in which year they are given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videocall.billing.model.numbering import BadNumberFormat, NumberFormat, year_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{year}-{number:05d}", "2026-00042"),
        ("CN-{year}-{number}", "CN-2026-42"),
        ("{number:03d}/{year}", "042/2026"),
        ("{number:01d}.{year}", "42.2026"),
    ],
)
def test_a_format_shows_year_and_number(text: str, shown: str) -> None:
    assert NumberFormat(text).number(2026, 42).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{number:05d}",
        "{year}",
        "{year}-{number}-{number}",
        "{year}{month}{number}",
        "{year.__class__}-{number}",
        "{year}-{number!r}",
        "{year}-{number:99d}",
        "{year}-{number}\n",
        "{year}-{number}<b>",
        "{" * 3 + "year}-{number}",
        "x" * 41 + "{year}{number}",
    ],
)
def test_another_format_is_refused(text: str) -> None:
    with pytest.raises(BadNumberFormat):
        NumberFormat(text)


@given(
    st.integers(2000, 2999), st.integers(1, 10**7), st.integers(2000, 2999), st.integers(1, 10**7)
)
def test_no_two_documents_of_a_series_look_alike(
    year: int, count: int, other_year: int, other: int
) -> None:
    shown = NumberFormat("{year}-{number:05d}")
    same = shown.number(year, count).text == shown.number(other_year, other).text
    assert same == ((year, count) == (other_year, other))


def test_the_year_is_that_of_the_seller() -> None:
    midnight = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert year_of(midnight, "UTC") == 2026
    assert year_of(midnight, "Asia/Jakarta") == 2027
    assert year_of(datetime(2027, 1, 1, 3, 0, tzinfo=UTC), "America/New_York") == 2026
