"""Any sequence of what can happen to an invoice, against a model so simple that it is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.factories.invoices import ANA
from videocall.billing import events
from videocall.billing.errors import (
    AmountTooHigh,
    InvoiceHasPayments,
    InvoiceNotOpen,
    InvoiceTransition,
)
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import Invoice, InvoiceHead, InvoiceId, InvoiceSource
from videocall.billing.model.numbering import Number
from videocall.billing.model.standing import TRANSITIONS, Action, InvoiceStatus, Standing
from videocall.core.events.model import NewEvent, StoredEvent
from videocall.core.money import Money

AMOUNTS = st.integers(1, 150)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NONE = Money(0, "USD")


class InvoiceMachine(RuleBasedStateMachine):
    """Cash in two boxes (got, given back), a note of what was forgiven, and a word on top."""

    def __init__(self) -> None:
        super().__init__()
        self.got = self.back = self.forgiven = self.total = 0
        self.word = "draft"
        self.log: list[NewEvent] = []
        self.head = _head(0)

    @initialize(total=st.integers(0, 200))
    def write(self, total: int) -> None:
        self.total = total
        self.head = _head(total)
        self.log = [events.invoice_drafted(Invoice(self.head, ()))]

    @property
    def owed(self) -> int:
        return self.total - self.forgiven - (self.got - self.back)

    def do(self, action: Action, amount: int | None = None, *, allowed: bool) -> bool:
        money = Money(amount, "USD") if amount is not None else None
        try:
            standing = self.head.standing.moved(action, money)
        except (InvoiceTransition, InvoiceNotOpen, AmountTooHigh, InvoiceHasPayments):
            assert not allowed
            return False
        assert allowed
        self.head = replace(self.head, standing=standing)
        if action is Action.OPEN:
            self.head = replace(self.head, number=Number(2026, 1, "1"))
            self.log.append(events.invoice_opened(self.head))
        else:
            self.log.append(events.invoice_moved(self.head, action, money))
        return True

    def settle_word(self) -> None:
        if self.word in ("open", "uncollectible") and self.owed <= 0:
            self.word = "paid"
        elif self.word == "paid" and self.owed > 0:
            self.word = "open"

    @rule()
    def open(self) -> None:
        if self.do(Action.OPEN, allowed=self.word == "draft"):
            self.word = "open"
            self.settle_word()

    @rule(amount=AMOUNTS)
    def pay(self, amount: int) -> None:
        allowed = self.word in ("open", "uncollectible") and amount <= self.owed
        if self.do(Action.SETTLE, amount, allowed=allowed):
            self.got += amount
            self.settle_word()

    @rule(amount=AMOUNTS)
    def dispute(self, amount: int) -> None:
        allowed = self.word in ("open", "uncollectible", "paid") and amount <= self.got - self.back
        if self.do(Action.REVERSE, amount, allowed=allowed):
            self.got -= amount
            self.settle_word()

    @rule(amount=AMOUNTS)
    def credit(self, amount: int) -> None:
        known = self.word in ("open", "uncollectible", "paid")
        if self.do(Action.CREDIT, amount, allowed=known and amount <= self.total - self.forgiven):
            self.forgiven += amount
            self.settle_word()

    @rule(amount=AMOUNTS)
    def refund(self, amount: int) -> None:
        if self.do(Action.REFUND, amount, allowed=self.word == "paid" and amount <= -self.owed):
            self.back += amount
            self.settle_word()

    @rule(amount=AMOUNTS)
    def refund_returns(self, amount: int) -> None:
        known = self.word in ("open", "uncollectible", "paid")
        if self.do(Action.REFUND_RETURNED, amount, allowed=known and amount <= self.back):
            self.back -= amount
            self.settle_word()

    @rule()
    def void(self) -> None:
        untouched = self.got == self.back and not self.forgiven
        if self.do(Action.VOID, allowed=self.word == "open" and untouched):
            self.word = "void"

    @rule()
    def write_off(self) -> None:
        if self.do(Action.WRITE_OFF, allowed=self.word == "open"):
            self.word = "uncollectible"

    @invariant()
    def it_stands_as_the_boxes_say(self) -> None:
        standing = self.head.standing
        assert standing.status.value == self.word
        assert (standing.paid.minor, standing.refunded.minor) == (self.got, self.back)
        assert standing.credited.minor == self.forgiven <= self.total
        if self.word != "void":
            assert standing.due.minor == max(0, self.owed)
        assert 0 <= standing.due.minor <= self.total
        assert min(self.got, self.back, self.got - self.back) >= 0
        if self.word == "paid":
            assert standing.due.minor == 0
        if self.word in ("open", "uncollectible"):
            assert standing.due.minor > 0
            assert standing.overpaid.minor == 0

    @invariant()
    def its_events_alone_tell_the_same(self) -> None:
        if self.log:
            assert events.standing_of(_stored(self.log)) == self.head.standing


InvoiceMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestInvoice = InvoiceMachine.TestCase


def test_nothing_leaves_void_and_nothing_returns_to_draft() -> None:
    assert not any(status is InvoiceStatus.VOID for status, _ in TRANSITIONS)
    assert not any(InvoiceStatus.DRAFT in goals for goals in TRANSITIONS.values())
    assert {action for _, action in TRANSITIONS} == set(Action)


def test_a_refusal_says_from_and_to() -> None:
    paid = Standing(InvoiceStatus.PAID, NONE, NONE, NONE, NONE)
    with pytest.raises(InvoiceTransition) as refused:
        paid.moved(Action.VOID)
    assert refused.value.detail == "It is paid and can't become void."


def _head(total: int) -> InvoiceHead:
    return InvoiceHead(
        id=InvoiceId("i"),
        standing=Standing.draft(Money(total, "USD")),
        customer=ANA,
        currency="USD",
        language=DocumentLanguage.ENGLISH,
        subtotal=Money(total, "USD"),
        tax_total=NONE,
        notes="",
        source=InvoiceSource.MANUAL,
        checkout_id=None,
        due_days=None,
        created_by=None,
        created_at=NOW,
    )


def _stored(told: list[NewEvent]) -> list[StoredEvent]:
    return [
        StoredEvent(place, str(place), "s", place, event.type, event.data, None, None, NOW)
        for place, event in enumerate(told, start=1)
    ]
