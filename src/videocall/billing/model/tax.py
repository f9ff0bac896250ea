"""Taxes and their arithmetic, in whole minor units: nothing is lost between lines and totals.

docs/billing.md states the rules; EN 16931 (BR-CO-17) is where the one for exclusive taxes is from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from videocall.core.money import Money

TaxId = NewType("TaxId", str)

PARTS = 1_000_000
"""Rates are counted in parts per million: four decimals of a percent."""


class TaxClass(StrEnum):
    """What a product is to the tax office; which taxes that means, the administrator decides."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax as a line carries it; ``rate`` in percent. It never changes with the tax itself."""

    tax_id: TaxId
    name: str
    rate: Decimal
    inclusive: bool

    @property
    def parts(self) -> int:
        """The rate in parts per million."""
        return int(self.rate * 10_000)

    @property
    def order(self) -> tuple[str, int, bool, str]:
        """By what taxes are sorted wherever an order decides something."""
        return (self.name, self.parts, self.inclusive, self.tax_id)


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of the installation. An archived one is on no new line."""

    id: TaxId
    name: str
    rate: Decimal
    inclusive: bool
    tax_classes: frozenset[TaxClass]
    created_at: datetime
    archived_at: datetime | None = None

    @property
    def as_rate(self) -> TaxRate:
        """As a line carries it."""
        return TaxRate(self.id, self.name, self.rate, self.inclusive)


@dataclass(frozen=True, slots=True)
class Priced:
    """A line before tax: what it costs as advertised (discount taken), with its taxes."""

    amount: Money
    taxes: tuple[TaxRate, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What a line is of the whole: its net, and its part of each of its taxes, in their order."""

    net: Money
    taxes: tuple[Money, ...]

    @property
    def tax(self) -> Money:
        """All taxes together."""
        return Money(sum(item.minor for item in self.taxes), self.net.currency)

    @property
    def gross(self) -> Money:
        """What the line costs with its taxes."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One tax over the whole document: on what, and how much."""

    tax: TaxRate
    base: Money
    amount: Money


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number in proportion, by largest remainder; the first among equals.

    Neither is negative. Where ``total`` is at most the sum of the weights, no part is larger than
    its weight. Weights of nothing get nothing.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def shares(lines: Sequence[Priced]) -> tuple[Share, ...]:
    """The net and the taxes of each line, which add up to the totals of the document exactly.

    Lines with the same taxes are one group: where prices include tax, its net is
    round(gross / (1 + rates)) and the rest is tax. An exclusive tax is round(base x rate) on the
    sum of the nets of all lines that carry it. The order of lines changes no total.
    """
    nets = [line.amount.minor for line in lines]
    taxes: list[dict[TaxRate, int]] = [{} for _ in lines]
    for group, places in _groups(lines).items():
        included = [tax for tax in group if tax.inclusive]
        if included:
            _take_out(included, places, nets, taxes)
    for tax in sorted({tax for line in lines for tax in line.taxes}, key=lambda tax: tax.order):
        if not tax.inclusive:
            places = [place for place, line in enumerate(lines) if tax in line.taxes]
            bases = [nets[place] for place in places]
            amount = _half_up(sum(bases) * tax.parts, PARTS)
            for place, part in zip(places, apportion(amount, bases), strict=True):
                taxes[place][tax] = part
    return tuple(
        Share(
            Money(net, line.amount.currency),
            tuple(Money(found[tax], line.amount.currency) for tax in line.taxes),
        )
        for line, net, found in zip(lines, nets, taxes, strict=True)
    )


def tax_sums(lines: Iterable[tuple[tuple[TaxRate, ...], Share]]) -> tuple[TaxSum, ...]:
    """What the document says of each tax, from the shares of its lines."""
    found: dict[TaxRate, TaxSum] = {}
    for taxes, share in lines:
        for tax, part in zip(taxes, share.taxes, strict=True):
            known = found.get(tax)
            if known is None:
                found[tax] = TaxSum(tax, share.net, part)
            else:
                found[tax] = TaxSum(tax, known.base + share.net, known.amount + part)
    return tuple(found[tax] for tax in sorted(found, key=lambda tax: tax.order))


def _groups(lines: Sequence[Priced]) -> dict[tuple[TaxRate, ...], list[int]]:
    groups: dict[tuple[TaxRate, ...], list[int]] = {}
    for place, line in enumerate(lines):
        key = tuple(sorted(line.taxes, key=lambda tax: tax.order))
        groups.setdefault(key, []).append(place)
    return groups


def _take_out(
    included: Sequence[TaxRate],
    places: Sequence[int],
    nets: list[int],
    taxes: Sequence[dict[TaxRate, int]],
) -> None:
    """Turn the advertised amounts of one group into nets and parts of the included taxes."""
    amounts = [nets[place] for place in places]
    gross, rates = sum(amounts), [tax.parts for tax in included]
    net = _half_up(gross * PARTS, PARTS + sum(rates))
    left = [0] * len(places)
    for row, part in enumerate(apportion(net, amounts)):
        nets[places[row]] = part
        left[row] = amounts[row] - part
    *first, last = zip(included, apportion(gross - net, rates), strict=True)
    for tax, total in first:
        for row, part in enumerate(apportion(total, left)):
            taxes[places[row]][tax] = part
            left[row] -= part
    for row, rest in enumerate(left):  # what the others left, so that every line adds up
        taxes[places[row]][last[0]] = rest


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
