"""Any sequence of commands, against a model so simple that it is obviously right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.factories.sources import START
from videocall.billing.errors import CaptureTooHigh, HoldOver, InsufficientFunds
from videocall.billing.model import wallet_rules as rules
from videocall.billing.model.wallet import (
    EntryKind,
    HoldId,
    Ledger,
    Movement,
    Reference,
    Unit,
    empty_ledger,
)
from videocall.core.access import UserId

COUNTS = st.integers(1, 500)
WHY = Reference("test", "t")


@dataclass
class Purse:
    """Coins in a purse, and envelopes set aside in it with a moment on each."""

    coins: int = 0
    envelopes: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    @property
    def loose(self) -> int:
        return self.coins - sum(count for count, _ in self.envelopes.values())

    def open_late(self, now: datetime) -> None:
        self.envelopes = {k: v for k, v in self.envelopes.items() if v[1] > now}


class WalletMachine(RuleBasedStateMachine):
    """Commands as the book gives them: late holds end first, then the rule decides."""

    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.ledger = self.empty = empty_ledger(UserId("ana"), Unit("USD"), START)
        self.told: list[Movement] = []
        self.purse = Purse()
        self.names = iter(range(10**9))

    def look(self) -> Ledger:
        self.book(*rules.expired(self.ledger, self.now))
        self.purse.open_late(self.now)
        return self.ledger

    def book(self, *made: Movement) -> None:
        self.told += made
        self.ledger = self.ledger.fold(made)

    @rule(count=COUNTS, kind=st.sampled_from([EntryKind.TOP_UP, EntryKind.REFUND]))
    def put_in(self, count: int, kind: EntryKind) -> None:
        self.book(rules.put_in(self.look().wallet, kind, count, WHY, self.now))
        self.purse.coins += count

    @rule(count=COUNTS)
    def spend(self, count: int) -> None:
        wallet = self.look().wallet
        if count > self.purse.loose:
            with pytest.raises(InsufficientFunds):
                rules.spend(wallet, count, WHY, self.now)
            return
        self.book(rules.spend(wallet, count, WHY, self.now))
        self.purse.coins -= count

    @rule(count=COUNTS)
    def withdraw(self, count: int) -> None:
        made = rules.withdraw(self.look().wallet, count, WHY, self.now)
        taken = min(count, self.purse.loose)
        assert (made.count, made.missing) == (taken, count - taken)
        self.book(made)
        self.purse.coins -= taken

    @rule(target=holds, count=COUNTS, seconds=st.integers(1, 90))
    def hold(self, count: int, seconds: int) -> HoldId:
        hold_id = HoldId(f"h{next(self.names)}")
        until = self.now + timedelta(seconds=seconds)
        wallet = self.look().wallet
        if count > self.purse.loose:
            with pytest.raises(InsufficientFunds):
                rules.hold(wallet, hold_id, count, until, WHY, self.now)
            return HoldId("")
        self.book(rules.hold(wallet, hold_id, count, until, WHY, self.now))
        self.purse.envelopes[hold_id] = (count, until)
        return hold_id

    @rule(hold_id=holds, count=st.integers(0, 500))
    def capture(self, hold_id: HoldId, count: int) -> None:
        known = self.look().holds.get(hold_id)
        if known is None:
            return
        if hold_id not in self.purse.envelopes:
            if known.captured == count:
                assert rules.capture(known, count, WHY, self.now) == ()
            else:
                with pytest.raises(HoldOver):
                    rules.capture(known, count, WHY, self.now)
        elif count > self.purse.envelopes[hold_id][0]:
            with pytest.raises(CaptureTooHigh):
                rules.capture(known, count, WHY, self.now)
        else:
            self.book(*rules.capture(known, count, WHY, self.now))
            del self.purse.envelopes[hold_id]
            self.purse.coins -= count

    @rule(hold_id=consumes(holds))
    def release(self, hold_id: HoldId) -> None:
        known = self.look().holds.get(hold_id)
        if known is None:
            return
        if known.captured:
            with pytest.raises(HoldOver):
                rules.release(known, self.now)
            return
        self.book(*rules.release(known, self.now))
        self.purse.envelopes.pop(hold_id, None)

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def nothing_is_negative(self) -> None:
        wallet = self.ledger.wallet
        assert wallet.balance >= wallet.held >= 0
        assert wallet.available >= 0

    @invariant()
    def it_is_the_purse(self) -> None:
        ledger = self.look()
        assert (ledger.wallet.balance, ledger.wallet.available) == (
            self.purse.coins,
            self.purse.loose,
        )
        active = {item.id: (item.rest, item.until) for item in ledger.holds.values() if item.rest}
        assert active == self.purse.envelopes
        assert ledger.wallet.held == sum(item.rest for item in ledger.holds.values())

    @invariant()
    def it_folds_again_from_what_was_told(self) -> None:
        assert self.empty.fold(self.told) == self.ledger


TestWallet = WalletMachine.TestCase
TestWallet.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
