"""Taxes: known cases, and what holds for all lines whatever they cost."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.invoices import tax, usd
from videocall.billing.model.tax import Priced, TaxRate, apportion, shares, tax_sums
from videocall.core.money import Money

VAT = tax("19")
VAT_IN = tax("19", inclusive=True)
CITY = tax("1.5", "City")
CITY_IN = tax("5", "City", inclusive=True)


def cost(*lines: tuple[str, tuple[TaxRate, ...]]) -> tuple[str, str, str]:
    """Subtotal, tax and total of lines, as text."""
    found = shares([Priced(usd(amount), taxes) for amount, taxes in lines])
    net = sum(item.net.minor for item in found)
    tax_total = sum(item.tax.minor for item in found)
    return tuple(Money(part, "USD").to_wire() for part in (net, tax_total, net + tax_total))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("100.00", (VAT,))], ("100.00", "19.00", "119.00")),
        ([("119.00", (VAT_IN,))], ("100.00", "19.00", "119.00")),
        ([("10.00", ())], ("10.00", "0.00", "10.00")),
        # Each line alone would round up: 3 x 0.01. The sum of the bases does not (BR-CO-17).
        ([("0.03", (VAT,))] * 3, ("0.09", "0.02", "0.11")),
        # The advertised price is what is charged, whatever the net is.
        ([("0.99", (VAT_IN,))] * 3, ("2.50", "0.47", "2.97")),
        # Several taxes on one base, and both kinds on one line.
        ([("200.00", (VAT, CITY))], ("200.00", "41.00", "241.00")),
        ([("124.00", (VAT_IN, CITY_IN))], ("100.00", "24.00", "124.00")),
        ([("119.00", (VAT_IN, CITY))], ("100.00", "20.50", "120.50")),
        ([("0.00", (VAT, CITY_IN))], ("0.00", "0.00", "0.00")),
        ([("100.00", (tax("0", "Export"),))], ("100.00", "0.00", "100.00")),
        ([("100.00", (tax("7.7125"),))], ("100.00", "7.71", "107.71")),
    ],
)
def test_known_cases(
    lines: list[tuple[str, tuple[TaxRate, ...]]], expected: tuple[str, str, str]
) -> None:
    assert cost(*lines) == expected


def test_two_inclusive_taxes_share_what_is_not_net_by_their_rates() -> None:
    lines = [Priced(usd("124.00"), (VAT_IN, CITY_IN))]
    found = {item.tax: item.amount for item in tax_sums([(lines[0].taxes, shares(lines)[0])])}
    assert found == {VAT_IN: usd("19.00"), CITY_IN: usd("5.00")}


def test_a_tax_is_told_once_with_all_it_is_on() -> None:
    lines = [Priced(usd("10.00"), (VAT,)), Priced(usd("20.00"), (CITY, VAT))]
    found = tax_sums(zip((line.taxes for line in lines), shares(lines), strict=True))
    assert [(item.tax, item.base, item.amount) for item in found] == [
        (CITY, usd("20.00"), usd("0.30")),
        (VAT, usd("30.00"), usd("5.70")),
    ]


WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(WEIGHTS, st.integers(0, 10**9))
def test_parts_add_up_to_the_whole(weights: list[int], total: int) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    assert all(part >= 0 for part in parts)


@given(WEIGHTS, st.data())
def test_no_part_is_larger_than_what_it_is_a_part_of(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    assert all(
        part <= weight for part, weight in zip(apportion(total, weights), weights, strict=True)
    )


TAXES = st.builds(
    tax,
    st.decimals(0, 100, places=4).map(str),
    st.sampled_from(["VAT", "City", "Luxury"]),
    inclusive=st.booleans(),
)
LINES = st.lists(
    st.builds(
        Priced,
        st.integers(0, 10**8).map(lambda minor: Money(minor, "USD")),
        st.lists(TAXES, max_size=4, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=8,
)


@given(LINES)
def test_what_is_inclusive_is_in_the_price_to_the_last_unit(lines: list[Priced]) -> None:
    for line, share in zip(lines, shares(lines), strict=True):
        inside = sum(
            part.minor for rate, part in zip(line.taxes, share.taxes, strict=True) if rate.inclusive
        )
        assert share.net.minor + inside == line.amount.minor
        assert share.net.minor >= 0
        assert all(part.minor >= 0 for part in share.taxes)


@given(LINES)
def test_an_exclusive_tax_is_rounded_once_over_its_base(lines: list[Priced]) -> None:
    sums = tax_sums(zip((line.taxes for line in lines), shares(lines), strict=True))
    for found in sums:
        if not found.tax.inclusive:
            exact = Decimal(found.base.minor) * found.tax.rate / 100
            assert abs(found.amount.minor - exact) <= Decimal("0.5")


@given(LINES)
def test_a_group_of_inclusive_prices_has_the_net_of_its_sum(lines: list[Priced]) -> None:
    groups: dict[frozenset[TaxRate], list[int]] = {}
    for place, line in enumerate(lines):
        groups.setdefault(frozenset(line.taxes), []).append(place)
    parts = shares(lines)
    for taxes, places in groups.items():
        rate = sum((item.rate for item in taxes if item.inclusive), start=Decimal(0))
        gross = sum(lines[place].amount.minor for place in places)
        net = sum(parts[place].net.minor for place in places)
        assert abs(net - gross / (1 + rate / 100)) <= Decimal("0.5000001")


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_taxes_changes_no_total(lines: list[Priced], random: Random) -> None:
    def told(order: list[Priced]) -> object:
        return tax_sums(zip((line.taxes for line in order), shares(order), strict=True))

    mixed = [
        Priced(line.amount, tuple(random.sample(line.taxes, len(line.taxes)))) for line in lines
    ]
    random.shuffle(mixed)
    assert told(mixed) == told(lines)
