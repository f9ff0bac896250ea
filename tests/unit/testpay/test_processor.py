"""The rules of the test provider: what moves money, once, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videocall.testpay.cards import BY_NUMBER, CARDS, TRANSITIONS, Status
from videocall.testpay.ledger import Ledger
from videocall.testpay.model import Charge, NewCharge, NewRefund, NotPossible, OrderMismatch
from videocall.testpay.model import UnknownCharge as Unknown
from videocall.testpay.processor import Processor
from videocall.testpay.webhooks import pause_after

LATE = 5.0


class Desk:
    """A processor on a ledger, with a time that is moved by hand."""

    def __init__(self, path: Path) -> None:
        self.now = 1000.0
        self.ledger = Ledger(path)
        self.processor = Processor(self.ledger, lambda: self.now, LATE)

    def charge(self, source: str | None, payment_id: str = "p1", amount: int = 2000) -> Charge:
        order = NewCharge(payment_id, amount, "USD", "Lesson", "c1", None, source)
        return self.processor.create(order)

    def refund(self, refund_id: str, amount: int) -> str:
        return self.processor.refund(NewRefund(refund_id, "p1", amount, "")).status

    def told(self) -> list[str]:
        due = self.ledger.webhooks_due(self.now, 100)
        return [json.loads(item.body)["type"] for item in due]

    def status(self) -> Status:
        charge = self.ledger.charge("p1")
        assert charge is not None
        return charge.status


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


@pytest.mark.parametrize("source", sorted(CARDS))
def test_every_card_does_what_its_table_says_and_tells_of_it(desk: Desk, source: str) -> None:
    card = CARDS[source]
    charge = desk.charge(source)
    assert charge.status is card.status
    assert charge.charged == (2000 if card.status is Status.SUCCEEDED else 0)
    assert (charge.failure_code is not None) is (card.status is Status.FAILED)
    assert desk.told() == [f"charge.{card.status}"] * card.webhook_copies
    assert desk.charge(source) == charge
    assert len(desk.told()) == card.webhook_copies


def test_late_cards_change_after_their_time_and_once(desk: Desk) -> None:
    desk.charge("card_late")
    desk.now += LATE - 0.1
    desk.processor.do_what_is_due()
    assert desk.status() is Status.PENDING
    desk.now += 0.2
    for _ in range(2):
        desk.processor.do_what_is_due()
    assert desk.status() is Status.SUCCEEDED
    assert desk.told() == ["charge.pending", "charge.succeeded"]


def test_a_cancelled_late_card_stays_cancelled(desk: Desk) -> None:
    desk.charge("card_late")
    desk.processor.cancel("p1")
    desk.now += LATE
    desk.processor.do_what_is_due()
    assert desk.status() is Status.CANCELLED


def test_a_disputed_card_succeeds_and_is_disputed_later(desk: Desk) -> None:
    assert desk.charge("card_disputed").status is Status.SUCCEEDED
    desk.now += LATE
    desk.processor.do_what_is_due()
    assert desk.status() is Status.DISPUTED
    assert desk.refund("r1", 1) == "failed"
    assert desk.processor.dispute("p1", Status.DISPUTE_WON).status is Status.DISPUTE_WON
    assert desk.refund("r2", 1) == "succeeded"
    with pytest.raises(NotPossible):
        desk.processor.dispute("p1", Status.DISPUTE_LOST)


def test_only_what_succeeded_can_be_disputed(desk: Desk) -> None:
    desk.charge("card_declined")
    with pytest.raises(NotPossible):
        desk.processor.dispute("p1", Status.DISPUTED)
    with pytest.raises(Unknown):
        desk.processor.dispute("p2", Status.DISPUTED)


def test_the_page_takes_one_card_and_the_second_step_one_answer(desk: Desk) -> None:
    token = desk.charge(None).token
    with pytest.raises(NotPossible):
        desk.processor.confirm(token, is_accepted=True)
    desk.processor.use_card(token, CARDS["card_second_step"])
    with pytest.raises(NotPossible):
        desk.processor.use_card(token, CARDS["card_ok"])
    assert desk.processor.confirm(token, is_accepted=False).status is Status.FAILED
    with pytest.raises(NotPossible):
        desk.processor.confirm(token, is_accepted=True)
    with pytest.raises(Unknown):
        desk.processor.use_card("guessed", CARDS["card_ok"])


def test_an_id_stands_for_one_amount_and_one_refund(desk: Desk) -> None:
    desk.charge("card_ok")
    with pytest.raises(OrderMismatch):
        desk.charge("card_ok", amount=1)
    desk.refund("r1", 5)
    with pytest.raises(OrderMismatch):
        desk.refund("r1", 6)


def test_a_crash_within_a_step_leaves_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(desk.ledger, "add_webhook", fails)
    with pytest.raises(OSError, match="disk full"):
        desk.charge("card_ok")
    assert desk.ledger.charge("p1") is None


def test_the_ledger_is_there_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    charge = desk.charge("card_late")
    again = Desk(tmp_path / "ledger.sqlite3")
    assert again.charge("card_late") == charge
    assert again.told() == ["charge.pending"]
    again.now += LATE
    again.processor.do_what_is_due()
    assert again.status() is Status.SUCCEEDED
    again.ledger.close()


def test_what_is_final_has_no_way_on() -> None:
    final = {Status.FAILED, Status.CANCELLED, Status.DISPUTE_WON, Status.DISPUTE_LOST}
    assert final == set(Status) - set(TRANSITIONS)
    assert set(BY_NUMBER.values()) == set(CARDS.values())


def test_pauses_grow_to_a_minute() -> None:
    pauses = [pause_after(attempts) for attempts in range(30)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.25, 60.0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refund"), st.integers(1, 2500)),
        st.tuples(st.just("cancel"), st.just(0)),
        st.tuples(st.just("dispute"), st.sampled_from([0, 1, 2])),
        st.tuples(st.just("time"), st.just(5)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(source=st.sampled_from(sorted(CARDS)), steps=STEPS)
def test_refunds_never_exceed_what_was_charged(
    tmp_path_factory: pytest.TempPathFactory, source: str, steps: list[tuple[str, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("ledger") / "l.sqlite3")
    desk.charge(source)
    outcomes = [Status.DISPUTED, Status.DISPUTE_WON, Status.DISPUTE_LOST]
    for number, (step, value) in enumerate(steps):
        try:
            match step:
                case "refund":
                    desk.refund(f"r{number}", value)
                case "cancel":
                    desk.processor.cancel("p1")
                case "dispute":
                    desk.processor.dispute("p1", outcomes[value])
                case _:
                    desk.now += value
                    desk.processor.do_what_is_due()
        except NotPossible:
            pass
        charge = desk.ledger.charge("p1")
        assert charge is not None
        given_back = [r.amount for r in desk.ledger.refunds_of("p1") if r.status == "succeeded"]
        assert charge.refunded == sum(given_back) <= charge.charged <= charge.amount
    desk.ledger.close()
