"""Credit notes: what they take of each line, and that all of them together are the invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.invoices import line, priced, tax, total, usd
from videocall.billing.errors import AmountTooHigh
from videocall.billing.model.credit_note import (
    CreditedLine,
    CreditNoteLine,
    NewCredit,
    Taken,
    left_of,
    taken_by,
)
from videocall.billing.model.invoice import InvoiceLine, LineId
from videocall.core.errors import ValidationFailed
from videocall.core.money import Money

VAT, IN = tax("19"), tax("7", "Food", inclusive=True)


class Credits:
    """The credit notes of an invoice, without a database."""

    def __init__(self, lines: Sequence[InvoiceLine]) -> None:
        self.lines = lines
        self.credited: list[CreditNoteLine] = []

    @property
    def rest(self) -> Money:
        return total(self.lines) - self.total

    @property
    def total(self) -> Money:
        return Money(sum(item.share.gross.minor for item in self.credited), "USD")

    def credit(self, **what: object) -> tuple[Taken, ...]:
        left = {
            item.id: left_of(item, [note for note in self.credited if note.line_id == item.id])
            for item in self.lines
        }
        taken = taken_by(NewCredit("wrong", **what), self.lines, left)  # type: ignore[arg-type]
        self.credited += [
            CreditNoteLine(
                f"c{len(self.credited)}",
                item.line.id,
                "",
                item.quantity,
                item.line.item.unit_price,
                item.line.item.taxes,
                item.share,
            )
            for item in taken
        ]
        return taken


def test_some_pieces_take_their_part_and_the_last_ones_the_rest() -> None:
    one = priced(line("0.33", "3", VAT), line("5.00", "1", VAT))
    notes = Credits(one)
    for _ in range(3):
        taken = notes.credit(lines=(CreditedLine(one[0].id, Decimal(1)),))
        assert [item.line.id for item in taken] == [one[0].id]
    gone = [item for item in notes.credited if item.line_id == one[0].id]
    assert sum(item.share.net.minor for item in gone) == one[0].share.net.minor
    assert sum(item.share.tax.minor for item in gone) == one[0].share.tax.minor
    with pytest.raises(ValidationFailed) as failed:
        notes.credit(lines=(CreditedLine(one[0].id, Decimal(1)),))
    assert failed.value.fields[0].field == "lines[0].quantity"


def test_an_amount_is_taken_to_the_last_unit() -> None:
    notes = Credits(priced(line("10.00", "1", VAT), line("3.33", "3", IN), line("0.01")))
    notes.credit(amount=usd("7.77"))
    assert notes.total == usd("7.77")
    with pytest.raises(AmountTooHigh):
        notes.credit(amount=notes.rest + usd("0.01"))


def test_all_that_is_left_is_everything_and_then_nothing() -> None:
    lines = priced(line("10.00", "1", VAT), line("3.33", "3", IN))
    notes = Credits(lines)
    notes.credit(lines=(CreditedLine(lines[1].id, Decimal(2)),))
    notes.credit()
    assert notes.rest == usd("0.00")
    with pytest.raises(AmountTooHigh):
        notes.credit()


def test_unknown_and_repeated_lines_are_named() -> None:
    lines = priced(line("10.00"))
    wanted = (
        CreditedLine(LineId("none"), Decimal(1)),
        *[CreditedLine(lines[0].id, Decimal(1))] * 2,
    )
    with pytest.raises(ValidationFailed) as failed:
        Credits(lines).credit(lines=wanted)
    assert [item.field for item in failed.value.fields] == ["lines[0].line_id", "lines[2].line_id"]


PRICES = st.integers(0, 5000).map(lambda minor: Money(minor, "USD").to_wire())
LINES = st.lists(
    st.builds(
        lambda price, quantity, taxes: line(price, str(quantity), *taxes),
        PRICES,
        st.integers(1, 9),
        st.sampled_from([(), (VAT,), (IN,), (VAT, tax("2.5", "City"))]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(LINES, st.lists(st.tuples(st.sampled_from("qa"), st.integers(0, 10**6)), max_size=6))
def test_no_sequence_credits_more_than_the_invoice_and_the_rest_makes_it_zero(
    wanted: list[object], steps: list[tuple[str, int]]
) -> None:
    lines = priced(*wanted)  # type: ignore[arg-type]
    notes = Credits(lines)
    for kind, number in steps:
        if kind == "a" and notes.rest.minor:
            amount = Money(number % notes.rest.minor + 1, "USD")
            before = notes.rest
            notes.credit(amount=amount)
            assert notes.rest == before - amount
        if kind == "q":
            chosen = lines[number % len(lines)]
            left = left_of(chosen, [i for i in notes.credited if i.line_id == chosen.id])
            if left.quantity and left.share.gross.minor:
                quantity = Decimal(number % int(left.quantity) + 1)
                try:
                    notes.credit(lines=(CreditedLine(chosen.id, quantity),))
                except AmountTooHigh:
                    assert left.share.gross.minor < left.quantity  # the part rounds to nothing
    if notes.rest.minor:
        notes.credit()
    assert notes.rest.minor == 0
    for item in lines:
        left = left_of(item, [note for note in notes.credited if note.line_id == item.id])
        assert left.share.net.minor == 0
        assert all(part.minor == 0 for part in left.share.taxes)
