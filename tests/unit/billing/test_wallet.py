"""What a wallet allows, movement by movement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.factories.sources import START
from videocall.billing.errors import CaptureTooHigh, HoldOver, InsufficientFunds, WalletFull
from videocall.billing.model import wallet_rules as rules
from videocall.billing.model.wallet import (
    MINUTES,
    Credit,
    Entry,
    EntryKind,
    Hold,
    HoldId,
    HoldState,
    Ledger,
    Movement,
    Reference,
    Unit,
    credit_text,
    empty_ledger,
)
from videocall.core.access import UserId
from videocall.core.errors import ValidationFailed
from videocall.core.money import MAX_MINOR_UNITS, Money

USD = Unit("USD")
WHY = Reference("payment", "p1")
SOON = START + timedelta(minutes=1)
H1 = HoldId("h1")


def filled(count: int = 1000, unit: Unit = USD) -> Ledger:
    ledger = empty_ledger(UserId("ana"), unit, START)
    return ledger.after(rules.put_in(ledger.wallet, EntryKind.TOP_UP, count, WHY, START))


def holding(count: int = 400) -> tuple[Ledger, Hold]:
    ledger = filled()
    ledger = ledger.after(rules.hold(ledger.wallet, H1, count, SOON, WHY, START))
    return ledger, ledger.holds[H1]


def after(ledger: Ledger, made: Sequence[Movement]) -> Ledger:
    return ledger.fold(made)


def test_a_hold_leaves_the_balance_and_takes_from_what_is_available() -> None:
    wallet = holding(400)[0].wallet
    assert (wallet.balance, wallet.held, wallet.available) == (1000, 400, 600)


def test_a_capture_takes_a_part_and_frees_the_rest() -> None:
    ledger, known = holding(400)
    ledger = after(ledger, rules.capture(known, 150, WHY, SOON))
    assert (ledger.wallet.balance, ledger.wallet.held) == (850, 0)
    ended = ledger.holds[H1]
    assert (ended.state, ended.captured, ended.rest) == (HoldState.CAPTURED, 150, 0)


@pytest.mark.parametrize(("count", "kinds"), [(400, ["capture"]), (0, ["release"])])
def test_a_capture_of_all_or_nothing_is_one_movement(count: int, kinds: list[str]) -> None:
    made = rules.capture(holding(400)[1], count, WHY, SOON)
    assert [movement.kind.value for movement in made] == kinds


def test_a_capture_that_is_repeated_moves_nothing() -> None:
    ledger, known = holding(400)
    for count in (150, 0):
        ended = after(ledger, rules.capture(known, count, WHY, SOON)).holds[H1]
        assert rules.capture(ended, count, WHY, SOON) == ()
        with pytest.raises(HoldOver):
            rules.capture(ended, count + 1, WHY, SOON)


def test_more_than_the_hold_has_is_not_captured() -> None:
    with pytest.raises(CaptureTooHigh, match=r"4\.00 USD"):
        rules.capture(holding(400)[1], 401, WHY, SOON)


def test_a_hold_ends_once() -> None:
    ledger, known = holding()
    released = after(ledger, rules.release(known, SOON)).holds[H1]
    assert rules.release(released, SOON) == ()
    with pytest.raises(HoldOver):
        rules.capture(released, 10, WHY, SOON)
    captured = after(ledger, rules.capture(known, 10, WHY, SOON)).holds[H1]
    with pytest.raises(HoldOver):
        rules.release(captured, SOON)


def test_a_hold_expires_at_its_moment_and_not_before() -> None:
    ledger, _ = holding()
    assert rules.expired(ledger, SOON - timedelta(microseconds=1)) == []
    over = after(ledger, rules.expired(ledger, SOON))
    assert (over.wallet.available, over.holds[H1].state) == (1000, HoldState.EXPIRED)
    assert rules.expired(over, SOON) == []


def test_what_is_held_can_not_be_spent() -> None:
    wallet = holding(400)[0].wallet
    with pytest.raises(InsufficientFunds, match=r"6\.01 USD is asked for, 6\.00 is available"):
        rules.spend(wallet, 601, WHY, START)
    with pytest.raises(InsufficientFunds):
        rules.hold(wallet, HoldId("h2"), 601, SOON, WHY, START)
    assert rules.spend(wallet, 600, WHY, START).count == 600


def test_minutes_are_refused_in_seconds() -> None:
    with pytest.raises(InsufficientFunds, match="61 seconds is asked for, 60 is available"):
        rules.spend(filled(60, MINUTES).wallet, 61, WHY, START)


def test_a_withdrawal_takes_what_is_there_and_says_what_is_missing() -> None:
    ledger, _ = holding(400)
    made = rules.withdraw(ledger.wallet, 900, WHY, START)
    assert (made.count, made.missing) == (600, 300)
    empty = ledger.after(made)
    assert empty.wallet.available == 0
    again = rules.withdraw(empty.wallet, 5, WHY, START)
    assert (again.count, again.missing) == (0, 5)


@pytest.mark.parametrize("count", [0, -1])
def test_only_something_moves(count: int) -> None:
    wallet, known = filled().wallet, holding()[1]
    with pytest.raises(ValidationFailed):
        rules.put_in(wallet, EntryKind.TOP_UP, count, WHY, START)
    with pytest.raises(ValidationFailed):
        rules.spend(wallet, count, WHY, START)
    with pytest.raises(ValidationFailed):
        rules.withdraw(wallet, count, WHY, START)
    with pytest.raises(ValidationFailed):
        rules.hold(wallet, H1, count, SOON, WHY, START)
    with pytest.raises(ValidationFailed):
        rules.capture(known, -1, WHY, START)


def test_a_hold_ends_in_the_future() -> None:
    with pytest.raises(ValidationFailed):
        rules.hold(filled().wallet, H1, 1, START, WHY, START)


def test_a_wallet_holds_no_more_than_can_be_counted() -> None:
    wallet = filled(MAX_MINOR_UNITS).wallet
    with pytest.raises(WalletFull):
        rules.put_in(wallet, EntryKind.REFUND, 1, WHY, START)


@pytest.mark.parametrize(
    "movement",
    [
        Movement(EntryKind.PURCHASE, 1001, WHY, START),
        Movement(EntryKind.HOLD, 1001, WHY, START, H1, SOON),
        Movement(EntryKind.TOP_UP, -1, WHY, START),
        Movement(EntryKind.RELEASE, 1, WHY, START, H1),
        Movement(EntryKind.CAPTURE, 0, WHY, START, H1),
    ],
)
def test_events_that_can_not_have_happened_do_not_fold(movement: Movement) -> None:
    with pytest.raises(ValueError, match=movement.kind.value):
        filled().after(movement)


@pytest.mark.parametrize(
    ("made", "amount", "balance", "available"),
    [
        (Movement(EntryKind.PURCHASE, 30, WHY, START), -30, 970, 970),
        (Movement(EntryKind.HOLD, 30, WHY, START, H1, SOON), -30, 1000, 970),
        (Movement(EntryKind.REFUND, 30, WHY, START), 30, 1030, 1030),
    ],
)
def test_an_entry_says_what_changed(
    made: Movement, amount: int, balance: int, available: int
) -> None:
    entry = Entry.of("e1", filled().after(made).wallet, made)
    assert (entry.amount, entry.balance, entry.available) == (amount, balance, available)
    assert entry.version == 2


def test_amounts_are_written_in_major_units_or_seconds() -> None:
    assert credit_text(USD, -1250) == "-12.50"
    assert credit_text(Unit("JPY"), 1250) == "1250"
    assert credit_text(MINUTES, -90) == "-90"
    assert Credit.money(Money(5, "EUR")).to_wire() == "0.05"
    assert Credit.minutes(60).to_wire() == "60"


def test_a_reference_happens_once_by_its_own_key() -> None:
    assert Reference("invoice", "i1").key == "invoice:i1"
    assert Reference("invoice", "i1", "2026-00001", once="payment:p1").key == "payment:p1"
