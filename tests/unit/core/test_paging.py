"""Paging: orders, cursors and numbered pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videocall.core.errors import ValidationFailed
from videocall.core.paging import ListRequest, Position, Sort, SortValue, list_page

ID = "0199c1de-0000-7000-8000-000000000001"
BY_NAME, BY_PRICE = Sort("name", str), Sort("-price", int)
BY_TIME, BY_ID = Sort("due_at", datetime), Sort("-created_at")
SORTS = (BY_ID, BY_NAME, BY_PRICE, BY_TIME)
MOMENTS = st.datetimes(timezones=st.just(UTC))


def cursor_of(sort: Sort, value: SortValue | None) -> str:
    page = list_page(["a", "b"], [Position(value, ID)] * 2, ListRequest(sort, 1))
    assert page.has_more
    assert page.next_cursor is not None
    return page.next_cursor


@given(
    st.one_of(
        st.tuples(st.just(BY_NAME), st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
        st.tuples(st.just(BY_PRICE), st.integers(-(2**63) + 1, 2**63 - 1)),
        st.tuples(st.just(BY_TIME), MOMENTS),
        st.tuples(st.just(BY_ID), st.none()),
    )
)
def test_a_cursor_continues_where_its_page_ended(given: tuple[Sort, SortValue | None]) -> None:
    sort, value = given
    request = ListRequest.parse(SORTS, sort=sort.name, cursor=cursor_of(sort, value))
    assert (request.sort, request.after) == (sort, Position(value, ID))


def test_the_first_order_is_the_default() -> None:
    request = ListRequest.parse(SORTS)
    assert (request.sort, request.limit, request.after, request.offset) == (BY_ID, 50, None, 0)


def test_a_page_for_people_is_an_offset() -> None:
    assert ListRequest.parse(SORTS, limit=20, page=3).offset == 40


def test_the_last_page_has_no_cursor() -> None:
    page = list_page(["a"], [Position(None, ID)], ListRequest(BY_ID, 1, page=2))
    assert (page.items, page.next_cursor, page.has_more, page.page) == (["a"], None, False, 2)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"sort": "size"}, {("sort", "choice")}),
        ({"limit": 0, "page": 0}, {("limit", "out_of_range"), ("page", "out_of_range")}),
        ({"limit": 101, "page": 101}, {("limit", "out_of_range"), ("page", "out_of_range")}),
        ({"page": 1, "cursor": cursor_of(BY_ID, None)}, {("page", "conflict")}),
        ({"sort": "name", "cursor": cursor_of(BY_PRICE, 5)}, {("cursor", "invalid")}),
        ({"sort": "name", "cursor": cursor_of(Sort("name", int), 5)}, {("cursor", "invalid")}),
        (
            {"sort": "due_at", "cursor": cursor_of(Sort("due_at", str), "x")},
            {("cursor", "invalid")},
        ),
        ({"sort": "name", "cursor": cursor_of(BY_NAME, "\0")}, {("cursor", "invalid")}),
        ({"cursor": "é"}, {("cursor", "invalid")}),
        ({"cursor": "W10"}, {("cursor", "invalid")}),
        ({"cursor": "////"}, {("cursor", "invalid")}),
    ],
)
def test_a_wrong_query_is_named(query: Mapping[str, object], fields: set[tuple[str, str]]) -> None:
    with pytest.raises(ValidationFailed) as raised:
        ListRequest.parse(SORTS, **query)  # type: ignore[arg-type]
    assert {(item.field, item.code) for item in raised.value.fields} == fields
