"""ETags: strong, by bytes, with the version in front for writers."""

from __future__ import annotations

import pytest

from videocall.core.http.etags import Representation, matches, version_of


def test_other_bytes_have_another_tag() -> None:
    one, same, other = (Representation.of(body, "7") for body in (b"a", b"a", b"b"))
    assert one.etag == same.etag != other.etag
    assert one.etag.startswith('"7-')
    assert version_of(one.etag) == 7


@pytest.mark.parametrize(
    ("header", "known"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False)],
)
def test_which_if_none_match_knows_the_tag(header: str, known: bool) -> None:
    assert matches(header, '"a"') is known


@pytest.mark.parametrize(
    ("header", "version"),
    [
        (None, None),
        ("*", None),
        ('"7"', 7),
        ('W/"7-abc"', 7),
        ('"abc"', 0),
        ("7", 0),
        ('"99999999999"', 0),
        ('"７"', 0),
        ("", 0),
    ],
)
def test_which_version_if_match_names(header: str | None, version: int | None) -> None:
    assert version_of(header) == version
