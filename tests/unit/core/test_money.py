"""Money is exact: on the wire, in sums, in rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videocall.core.money import MAX_MINOR_UNITS, InvalidMoney, Money, minor_digits

CURRENCIES = st.sampled_from(["EUR", "IDR", "JPY", "KWD", "USD"])
MINOR = st.integers(-(10**12), 10**12)
MONEY = st.builds(Money, MINOR, CURRENCIES)


@given(MONEY)
def test_the_wire_loses_nothing(money: Money) -> None:
    assert Money.parse(money.to_wire(), money.currency) == money
    assert Money.parse(money.decimal, money.currency) == money


@given(MINOR, MINOR, MINOR, CURRENCIES)
def test_sums_do_not_depend_on_order(a: int, b: int, c: int, currency: str) -> None:
    one, two, three = (Money(minor, currency) for minor in (a, b, c))
    assert (one + two) + three == one + (two + three) == three + two + one
    assert one - two == one + -two
    assert one + -one == Money(0, currency)


@given(MINOR, st.decimals("-1000", "1000", places=6), CURRENCIES)
def test_products_are_rounded_half_up_to_the_minor_unit(
    minor: int, quantity: Decimal, currency: str
) -> None:
    money = Money(minor, currency)
    exact = Decimal(minor) * quantity
    expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert money.times(quantity).minor == expected


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("12", "EUR", 1200),
        ("-0.01", "EUR", -1),
        ("1E+2", "JPY", 100),
        ("12.500", "KWD", 12500),
        ("12.5000", "EUR", 1250),
    ],
)
def test_texts_that_are_amounts(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency).minor == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("-inf", "EUR"),
        ("1e400", "EUR"),
        ("1e-400", "EUR"),
        ("0.001", "EUR"),
        ("0.5", "JPY"),
        ("1,5", "EUR"),
        ("1_000", "EUR"),
        ("", "EUR"),
        ("9" * 50, "EUR"),
        (Decimal("9" * 41), "EUR"),
        ("1", "eur"),
        ("1", "ABC"),
        (MAX_MINOR_UNITS, "EUR"),
        (True, "EUR"),
    ],
)
def test_what_is_no_amount(amount: str | int | Decimal, currency: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(amount, currency)


def test_floats_are_refused() -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(12.5, "EUR")  # type: ignore[arg-type]


def test_half_a_cent_goes_away_from_zero() -> None:
    assert Money.rounded(Decimal("0.005"), "EUR").minor == 1
    assert Money.rounded(Decimal("-0.005"), "EUR").minor == -1
    assert Money.rounded(Decimal("0.0049"), "EUR").minor == 0


def test_currencies_do_not_mix() -> None:
    with pytest.raises(InvalidMoney):
        Money(1, "EUR") + Money(1, "USD")


def test_decimals_of_currencies() -> None:
    assert [minor_digits(code) for code in ("JPY", "EUR", "KWD")] == [0, 2, 3]
    assert Money(5, "EUR").to_wire() == "0.05"
    assert Money(5, "JPY").to_wire() == "5"
