"""Moves of payments, refunds and checkouts; how refunds are spread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.sources import START
from videocall.billing.model.charges import ChargeStatus, PaymentId, PaymentMethod, RefundId
from videocall.billing.model.checkouts import (
    LIVING,
    MOST_ITEMS,
    MOST_PIECES,
    CheckoutState,
    Item,
    item_errors,
)
from videocall.billing.model.checkouts import TRANSITIONS as CHECKOUT_MOVES
from videocall.billing.model.payments import (
    LONGEST,
    SHORTEST,
    TRANSITIONS,
    BadMove,
    Payment,
    PaymentState,
    Purpose,
    pause,
    way,
)
from videocall.billing.model.refunds import Refund, RefundCause, RefundState, spread
from videocall.core.access import UserId
from videocall.core.money import Money

S, C = PaymentState, ChargeStatus


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def payment(
    number: int = 1, amount: int = 1000, state: PaymentState = S.PENDING, applied: int = 0
) -> Payment:
    return Payment(
        id=PaymentId(f"payment-{number:04}"),
        purpose=Purpose.INVOICE,
        invoice_id="invoice",
        customer_id=UserId("customer"),
        method=PaymentMethod.TEST,
        state=state,
        amount=usd(amount),
        applied=usd(applied),
        refunded=usd(0),
        description="",
        source=None,
        return_url=None,
        failure=None,
        next_action=None,
        provider_reference=None,
        created_at=START,
        succeeded_at=None,
        next_at=START,
        attempts=3,
        version=1,
    )


@given(st.sampled_from(PaymentState), st.sampled_from(ChargeStatus))
def test_every_way_is_made_of_moves_that_the_table_knows(
    state: PaymentState, status: ChargeStatus
) -> None:
    here = state
    for goal in way(state, status):
        assert goal in TRANSITIONS[here]
        here = goal
    assert way(here, status) == ()


@given(st.sampled_from(PaymentState), st.lists(st.sampled_from(ChargeStatus), max_size=6))
def test_money_that_arrived_is_only_lost_by_a_dispute(
    state: PaymentState, told: list[ChargeStatus]
) -> None:
    here = state
    for status in told:
        before = here
        for goal in way(here, status):
            here = goal
        if before is S.SUCCEEDED:
            assert here in (S.SUCCEEDED, S.DISPUTED)


@pytest.mark.parametrize(
    ("state", "status", "moves"),
    [
        (S.PENDING, C.SUCCEEDED, (S.SUCCEEDED,)),
        (S.PENDING, C.DISPUTED, (S.SUCCEEDED, S.DISPUTED)),
        (S.CANCELLED, C.SUCCEEDED, (S.SUCCEEDED,)),
        (S.FAILED, C.DISPUTE_LOST, (S.SUCCEEDED, S.DISPUTED)),
        (S.SUCCEEDED, C.FAILED, ()),
        (S.SUCCEEDED, C.PENDING, ()),
        (S.DISPUTED, C.SUCCEEDED, ()),
        (S.DISPUTED, C.DISPUTE_WON, (S.SUCCEEDED,)),
        (S.PENDING, C.DISPUTE_WON, (S.SUCCEEDED,)),
    ],
)
def test_what_a_provider_says_leads_somewhere(
    state: PaymentState, status: ChargeStatus, moves: tuple[PaymentState, ...]
) -> None:
    assert way(state, status) == moves


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(BadMove, match="failed -> cancelled"):
        payment(state=S.FAILED).moved(S.CANCELLED, START)


def test_a_finished_payment_rests() -> None:
    done = payment().moved(S.SUCCEEDED, START)
    assert (done.next_at, done.attempts, done.succeeded_at) == (None, 0, START)
    later = START + timedelta(days=1)
    again = done.moved(S.DISPUTED, later).moved(S.SUCCEEDED, later)
    assert again.succeeded_at == START


def test_loose_money_is_what_counts_for_nothing() -> None:
    done = replace(payment(state=S.SUCCEEDED, applied=600), refunded=usd(300))
    assert done.loose == usd(100)
    assert replace(done, state=S.PENDING).loose == usd(0)


def test_pauses_grow_and_end() -> None:
    pauses = [pause(number) for number in range(40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (SHORTEST, LONGEST)


@given(st.lists(st.integers(0, 500), max_size=6), st.integers(1, 4000))
def test_refunds_are_spread_newest_first_and_never_beyond_what_counts(
    applied: list[int], amount: int
) -> None:
    payments = [payment(number, 1000, S.SUCCEEDED, part) for number, part in enumerate(applied)]
    shares = spread(usd(amount), payments)
    assert sum(share.amount.minor for share in shares) == min(amount, sum(applied))
    assert all(0 < share.amount.minor <= share.payment.applied.minor for share in shares)
    ids = [share.payment.id for share in shares]
    assert ids == sorted(ids, reverse=True)


def test_a_disputed_payment_gives_nothing_back() -> None:
    assert spread(usd(10), [payment(1, 1000, S.DISPUTED, 500)]) == ()


def test_a_refund_that_failed_is_over() -> None:
    refund = Refund(
        id=RefundId("r"),
        cause=RefundCause.CREDIT,
        payment_id=PaymentId("p"),
        invoice_id="i",
        credit_note_id=None,
        customer_id=UserId("c"),
        method=PaymentMethod.TEST,
        state=RefundState.PENDING,
        amount=usd(1),
        reason="",
        failure=None,
        provider_reference=None,
        created_at=START,
        finished_at=None,
        next_at=START,
        attempts=0,
    )
    failed = refund.moved(RefundState.FAILED, START)
    assert (failed.finished_at, failed.next_at) == (START, None)
    with pytest.raises(BadMove):
        failed.moved(RefundState.SUCCEEDED, START)


def test_every_living_checkout_can_end_and_no_ended_one_moves() -> None:
    for state in CheckoutState:
        assert bool(CHECKOUT_MOVES[state]) is (state in LIVING)


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ([], ["items"]),
        ([Item("a", 1)] * (MOST_ITEMS + 1), ["items"]),
        ([Item("a", 0), Item("b", MOST_PIECES + 1)], ["items[0].quantity", "items[1].quantity"]),
        ([Item("a", 1), Item("a", 2)], ["items[1].product_id"]),
        ([Item("a", 1), Item("b", MOST_PIECES)], []),
    ],
)
def test_what_is_wrong_with_a_basket(items: list[Item], fields: list[str]) -> None:
    assert [item.field for item in item_errors(items)] == fields
