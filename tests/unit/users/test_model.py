"""Rules of accounts and sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.sources import START
from videocall.core.access import Actor, Role, UserId
from videocall.core.emails import email_key, normalise_email
from videocall.users.model import (
    RefreshToken,
    RefreshVerdict,
    Session,
    account_errors,
    judge_refresh,
    name_errors,
    password_errors,
)

GRACE = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("used", "age", "revoked", "verdict"),
    [
        (None, 0, False, RefreshVerdict.ROTATE),
        (0, 0, False, RefreshVerdict.ROTATE),
        (0, 30, False, RefreshVerdict.ROTATE),
        (0, 30.001, False, RefreshVerdict.REUSED),
        (None, 99.999, False, RefreshVerdict.ROTATE),
        (None, 100, False, RefreshVerdict.CLOSED),
        (None, 0, True, RefreshVerdict.CLOSED),
        (0, 31, True, RefreshVerdict.CLOSED),
    ],
)
def test_what_a_refresh_token_means(
    used: float | None, age: float, revoked: bool, verdict: RefreshVerdict
) -> None:
    session = Session(
        "s", UserId("u"), START, START + timedelta(seconds=100), START if revoked else None
    )
    used_at = START + timedelta(seconds=used) if used is not None else None
    token = RefreshToken("f", "s", START, used_at)
    assert judge_refresh(token, session, START + timedelta(seconds=age), GRACE) is verdict


@given(st.text(max_size=60))
def test_a_normalised_address_stays_what_it_is(text: str) -> None:
    once = normalise_email(text)
    assert once is None or normalise_email(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ana@Example.COM ", "Ana@example.com"),
        ("ana+calls@sub.example.com", "ana+calls@sub.example.com"),
        ("ana", None),
        ("ana@", None),
        ("ana@b c.example", None),
        ("a" * 250 + "@example.com", None),
    ],
)
def test_addresses(text: str, expected: str | None) -> None:
    assert normalise_email(text) == expected


def test_case_makes_no_other_account() -> None:
    assert email_key("Ana@Example.com ") == email_key("ana@example.COM")


def test_all_wrong_fields_of_an_account_are_found() -> None:
    wrong = account_errors("x", "short", " ")
    assert [item.field for item in wrong] == ["email", "password", "name"]
    assert account_errors("a@example.com", "long enough", "A") == []


@given(st.text(max_size=100))
def test_a_good_password_fits_bcrypt(password: str) -> None:
    if not password_errors(password):
        assert len(password) >= 8
        assert len(password.encode()) <= 72


@given(st.text(max_size=100))
def test_a_good_name_can_be_printed(name: str) -> None:
    if not name_errors(name):
        assert name.strip().isprintable()
        assert 1 <= len(name.strip()) <= 80


def test_administrators_may_do_what_hosts_may() -> None:
    def actor(role: Role) -> Actor:
        return Actor(UserId("u"), role, "a@example.com", "A", "s")

    assert [actor(role).may_host for role in Role] == [True, True, False]
    assert [actor(role).is_admin for role in Role] == [True, False, False]
