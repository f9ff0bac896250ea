"""Money: integer minor units with an ISO 4217 currency; Decimal in between, a string on the wire.

Never a float. Rounding, where it is asked for, is half-up to the minor unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW "
)
_ISO_4217 = frozenset(_CODES.split())
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)
MAX_MINOR_UNITS = 10**15
"""The largest amount, either sign: exact as a JSON number and far inside a 64-bit column."""

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class InvalidMoney(ValueError):
    """The text or number is not an amount of this currency."""


def minor_digits(currency: str) -> int:
    """How many decimals the currency has (ISO 4217); InvalidMoney for an unknown code."""
    if currency not in _ISO_4217:
        message = f"{currency!r} is not an ISO 4217 currency code"
        raise InvalidMoney(message)
    return _DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        if abs(self.minor) > MAX_MINOR_UNITS:
            message = f"the amount is larger than {MAX_MINOR_UNITS} minor units"
            raise InvalidMoney(message)

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Read an amount exactly; more digits than the currency has, NaN or infinity raise."""
        digits = minor_digits(currency)
        value = _finite(amount)
        scaled = value.scaleb(digits, _EXACT)
        if scaled != scaled.to_integral_value():
            message = f"{currency} has {digits} decimals, got {amount}"
            raise InvalidMoney(message)
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """The nearest amount, half away from zero (half-up)."""
        digits = minor_digits(currency)
        scaled = _finite(amount).scaleb(digits, _EXACT)
        return cls(
            int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT)), currency
        )

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with all decimals of the currency."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency), _EXACT)

    def to_wire(self) -> str:
        """The amount as text, such as '12.50'; `parse` reads it back."""
        return f"{self.decimal:f}"

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def times(self, quantity: Decimal | int) -> Money:
        """The product, rounded half-up to the minor unit."""
        return Money.rounded(_EXACT.multiply(self.decimal, _finite(quantity)), self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} do not add up"
            raise InvalidMoney(message)


def _finite(amount: str | int | Decimal) -> Decimal:
    if isinstance(amount, bool | float):
        message = "an amount is text, an integer or a Decimal"
        raise InvalidMoney(message)
    if isinstance(amount, str) and (len(amount) > 40 or "_" in amount):
        raise InvalidMoney("not an amount")
    try:
        value = Decimal(amount)
    except (InvalidOperation, ValueError) as error:
        message = f"{amount!r} is not an amount"
        raise InvalidMoney(message) from error
    if not value.is_finite() or abs(value.adjusted()) > 40 or len(value.as_tuple().digits) > 40:
        message = f"{amount} is not a finite amount of a sensible size"
        raise InvalidMoney(message)
    return value
