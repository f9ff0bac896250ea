"""Amounts in request bodies: exact or refused by name, never a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videocall.core.errors import ValidationFailed
from videocall.core.http.amounts import (
    _DECODER,
    amount_errors,
    amount_rule,
    currency_errors,
    decimal_errors,
    decimal_rule,
    read_amount,
)


@given(st.integers(0, 10**15))
def test_every_amount_arrives_to_the_last_digit(minor: int) -> None:
    text = f"{Decimal(minor).scaleb(-2):f}"
    number = _DECODER.decode(text.encode())
    assert read_amount("price", Decimal(number), "USD").minor == minor
    assert read_amount("price", Decimal(text), "USD").to_wire() == text


def test_a_number_is_not_rounded_to_something_that_fits() -> None:
    number = _DECODER.decode(b"99.990000000000000000001")
    assert [item.code for item in amount_errors("price", number, "USD")] == ["too_precise"]


@pytest.mark.parametrize(
    ("value", "currency", "code"),
    [
        (Decimal("NaN"), "USD", "format"),
        (Decimal("sNaN"), "USD", "format"),
        (Decimal("Infinity"), "USD", "format"),
        (_DECODER.decode(b"1e99999999999999999999"), "USD", "format"),
        (True, "USD", "format"),
        ("ten", None, "format"),
        (Decimal("-0.01"), "USD", "out_of_range"),
        (Decimal("1e400"), "USD", "out_of_range"),
        (Decimal("10000000000000.01"), "USD", "out_of_range"),
        (Decimal("0.001"), "USD", "too_precise"),
        (Decimal("1e-400"), "USD", "too_precise"),
        (Decimal("0.5"), "JPY", "too_precise"),
        (Decimal("12." + "0" * 30 + "1"), "USD", "too_precise"),
        (Decimal("12." + "0" * 60), "USD", "too_precise"),
        (Decimal("0.0001"), None, "too_precise"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(
    value: object, currency: str | None, code: str
) -> None:
    found = amount_errors("price", value, currency)
    assert [(item.field, item.code) for item in found] == [("price", code)]


def test_zeros_at_the_end_are_no_digits() -> None:
    assert read_amount("price", Decimal("12.5000"), "EUR").minor == 1250
    assert read_amount("price", Decimal("-0"), "EUR").minor == 0


def test_a_wrong_amount_is_raised_with_its_field() -> None:
    with pytest.raises(ValidationFailed) as raised:
        read_amount("lines[0].price", Decimal("0.5"), "JPY")
    assert raised.value.fields[0].field == "lines[0].price"


def test_rules_for_bodies_leave_null_alone() -> None:
    assert amount_rule("price")(None) == []
    assert [item.code for item in amount_rule("price")("-1")] == ["out_of_range"]
    rate = decimal_rule("rate", decimals=4, maximum=100)
    assert (rate(None), rate("19.0000")) == ([], [])
    assert [item.code for item in rate(101)] == ["out_of_range"]


def test_other_numbers_have_bounds_of_their_own() -> None:
    assert decimal_errors("quantity", Decimal("0.5"), decimals=0)[0].message == "No decimals."
    found = decimal_errors("quantity", Decimal(0), decimals=0, minimum=1)
    assert (found[0].code, found[0].message) == ("out_of_range", "This is at least 1.")


def test_currencies_are_those_of_iso_4217() -> None:
    assert currency_errors("currency", "IDR") == []
    assert [item.code for item in currency_errors("currency", "idr")] == ["choice"]
