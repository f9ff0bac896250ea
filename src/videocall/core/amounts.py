"""Rules of exact numbers: what is wrong with an amount, a quantity or a rate, by field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import MAX_MINOR_UNITS, InvalidMoney, Money, minor_digits

MOST_DECIMALS = 3
"""No currency that we know has more."""

_MOST_DIGITS = 40  # zeros included; more is nonsense, and slow


def decimal_errors(
    field: str,
    value: object,
    *,
    decimals: int,
    minimum: Decimal | int = 0,
    maximum: Decimal | int = 10**12,
) -> list[FieldError]:
    """What is wrong with a number: not finite, out of its bounds, or with too many decimals."""
    try:
        known = isinstance(value, Decimal | int | str) and not isinstance(value, bool)
        number = Decimal(value) if known else Decimal("NaN")  # type: ignore[arg-type]
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        return [FieldError(field, "format", "This is not a number.")]
    if number < minimum:
        words = "This is not negative." if minimum == 0 else f"This is at least {minimum}."
        return [FieldError(field, "out_of_range", words)]
    if number > maximum:
        return [FieldError(field, "out_of_range", f"This is at most {maximum}.")]
    if _decimals(number) > decimals or len(number.as_tuple().digits) > _MOST_DIGITS:
        words = f"At most {decimals} decimals." if decimals else "No decimals."
        return [FieldError(field, "too_precise", words)]
    return []


def amount_errors(field: str, value: object, currency: str | None = None) -> list[FieldError]:
    """What is wrong with an amount; without a currency, what would be wrong in any of them."""
    decimals = MOST_DECIMALS if currency is None else minor_digits(currency)
    maximum = Decimal(MAX_MINOR_UNITS).scaleb(-decimals if currency is not None else 0)
    return decimal_errors(field, value, decimals=decimals, maximum=maximum)


def amount_rule(field: str) -> Callable[[object], list[FieldError]]:
    """For FIELD_RULES: names the amount beside all else that is wrong in the body."""
    return lambda value: amount_errors(field, value) if value is not None else []


def decimal_rule(
    field: str, *, decimals: int, minimum: Decimal | int = 0, maximum: Decimal | int = 10**12
) -> Callable[[object], list[FieldError]]:
    """For FIELD_RULES: the same for a number that is no money."""

    def rule(value: object) -> list[FieldError]:
        if value is None:
            return []
        return decimal_errors(field, value, decimals=decimals, minimum=minimum, maximum=maximum)

    return rule


def currency_errors(field: str, value: str) -> list[FieldError]:
    """What is wrong with a currency's code."""
    try:
        minor_digits(value)
    except InvalidMoney:
        return [FieldError(field, "choice", "This is not an ISO 4217 currency code.")]
    return []


def read_amount(field: str, value: Decimal, currency: str) -> Money:
    """The money, exactly; ValidationFailed names the field. The currency is a known one."""
    wrong = amount_errors(field, value, currency)
    if wrong:
        raise ValidationFailed(fields=wrong)
    return Money.parse(value, currency)


def _decimals(number: Decimal) -> int:
    # Zeros at the end are no digits: 12.500 is an amount of euros.
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return 0
    trailing = next(place for place, digit in enumerate(reversed(digits)) if digit)
    return max(0, -exponent - trailing)
