"""Request ids, bodies and cursors: what is accepted from outside."""

from __future__ import annotations

import contextlib
import uuid
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from videocall.core.errors import ValidationFailed
from videocall.core.http.bodies import field_errors
from videocall.core.http.requests import incoming_request_id
from videocall.core.ids import Uuid7Ids
from videocall.core.paging import PageRequest, page_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("given_id", "traceparent", "expected"),
    [
        (None, None, None),
        ("abc-1", None, "abc-1"),
        ("abc-1", f"00-{TRACE}-00f067aa0ba902b7-01", "abc-1"),
        (None, f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        ("with space", f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        ("line\nbreak", None, None),
        ("x" * 129, None, None),
        ("", None, None),
        (None, f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (None, f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        (None, "garbage", None),
    ],
)
def test_ids_from_outside(
    given_id: str | None, traceparent: str | None, expected: str | None
) -> None:
    assert incoming_request_id(given_id, traceparent) == expected


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """Something nested."""

    count: Annotated[int, Meta(ge=1, le=9)]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body with fields of all kinds."""

    name: Annotated[str, Meta(min_length=2, max_length=4)]
    tags: Annotated[list[str], Meta(min_length=1, max_length=2)] = []
    inner: Inner | None = None
    code: Annotated[str, Meta(pattern="^[a-z]+$")] = "a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "abc"}, []),
        (None, [("", "type")]),
        ({}, [("name", "missing")]),
        ({"name": "a", "tags": []}, [("name", "too_short"), ("tags", "too_short")]),
        ({"name": "abcde", "tags": ["a"] * 3}, [("name", "too_long"), ("tags", "too_long")]),
        ({"name": "abc", "tags": ["a", 2]}, [("tags[1]", "type")]),
        ({"name": "abc", "inner": {"count": 0}}, [("inner.count", "out_of_range")]),
        ({"name": "abc", "inner": {"count": 10}}, [("inner.count", "out_of_range")]),
        ({"name": "abc", "code": "A"}, [("code", "format")]),
        ({"name": None, "x": 1, "y": 2}, [("name", "type"), ("x", "unknown"), ("y", "unknown")]),
    ],
)
def test_all_errors_of_a_body(body: object, expected: list[tuple[str, str]]) -> None:
    assert [(item.field, item.code) for item in field_errors(Body, body)] == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["name", "tags", "inner", "code", "x"]), JSON))
def test_a_body_without_errors_converts_and_one_with_errors_does_not(
    body: dict[str, object],
) -> None:
    wrong = field_errors(Body, body)
    try:
        msgspec.convert(body, Body, strict=False)
        converts = True
    except msgspec.ValidationError:
        converts = False
    assert converts == (not wrong)


@given(st.integers(0, 12), st.integers(1, 5))
def test_pages_show_everything_once(total: int, limit: int) -> None:
    ids = Uuid7Ids()
    newest_first = sorted((ids.new() for _ in range(total)), reverse=True)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        ask = PageRequest.parse(limit, cursor)
        after = [item for item in newest_first if ask.before is None or item < ask.before]
        page = page_of(after[: limit + 1], after[: limit + 1], limit)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == newest_first


@given(st.text(max_size=40))
def test_any_text_as_cursor_is_read_or_refused(cursor: str) -> None:
    with contextlib.suppress(ValidationFailed):
        before = PageRequest.parse(10, cursor).before
        assert before is None or str(uuid.UUID(before)) == before
