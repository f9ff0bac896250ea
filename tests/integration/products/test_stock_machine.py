"""Any sequence of stock operations against a simple model: nothing below zero, no piece lost."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.factories.databases import Databases
from tests.factories.stock import HOST, shop
from videocall.core.errors import DomainError
from videocall.products.errors import (
    OutOfStock,
    ReservationNotFound,
    ReservationTaken,
    ReturnTooLarge,
    StockBelowZero,
    StockUnlimited,
)
from videocall.products.interfaces import ProductChange
from videocall.products.model.stock import MovementReason, StockLine, rebuilt

T = TypeVar("T")

PLACES = st.integers(0, 1)
KEYS = st.sampled_from(["a", "b", "c"])
RETURNS = st.sampled_from(["r1", "r2", "r3"])
SMALL = st.integers(1, 4)


@dataclass
class Held:
    """A reservation of the model: pieces by place, and when it ends."""

    state: str
    pieces: dict[int, int]
    until: float
    returned: dict[int, int] = field(default_factory=dict)


class StockMachine(RuleBasedStateMachine):
    """Two products and three buyers; the model is dictionaries."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self._exits = ExitStack()
        url = self._exits.enter_context(self.databases.database())
        self._runner = self._exits.enter_context(asyncio.Runner())
        self._context = shop(url)
        self.shop = self._run(self._context.__aenter__())
        self.now = 0.0
        self.on_hand: list[int | None] = []
        self.held: dict[str, Held] = {}
        self.returns: set[str] = set()

    def teardown(self) -> None:
        self._run(self._context.__aexit__(None, None, None))
        self._exits.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _fails(self, work: Coroutine[Any, Any, object], expected: type[DomainError] | None) -> bool:
        """Whether it failed, as the model says that it must."""
        raised: type[DomainError] | None = None
        try:
            self._run(work)
        except DomainError as error:
            raised = type(error)
        assert raised is expected
        return raised is not None

    @initialize(one=st.integers(0, 6), two=st.none() | st.integers(0, 6))
    def open(self, one: int, two: int | None) -> None:
        self.on_hand = [one, two]
        self.ids = [self._run(self.shop.product(stock)) for stock in self.on_hand]

    def reserved(self, place: int) -> int:
        return sum(
            held.pieces.get(place, 0) for held in self.held.values() if held.state == "active"
        )

    def _lacks(self, pieces: dict[int, int]) -> bool:
        for place, quantity in pieces.items():
            there = self.on_hand[place]
            if there is not None and there - self.reserved(place) < quantity:
                return True
        return False

    def _free_due(self, pieces: dict[int, int]) -> None:
        for held in self.held.values():
            if held.state == "active" and held.until <= self.now and held.pieces.keys() & pieces:
                held.state = "expired"

    def _try(self, pieces: dict[int, int]) -> bool:
        """Whether the pieces are there, maybe after freeing what expired."""
        if self._lacks(pieces):
            self._free_due(pieces)
        return not self._lacks(pieces)

    @rule(key=KEYS, one=st.integers(0, 3), two=st.integers(0, 3), seconds=st.integers(1, 90))
    def reserve(self, key: str, one: int, two: int, seconds: int) -> None:
        pieces = {place: count for place, count in enumerate((one, two)) if count} or {0: 1}
        lines = [StockLine(self.ids[place], count) for place, count in pieces.items()]
        known = self.held.get(key)
        expected = None
        if known is None or known.state in ("expired", "released"):
            if self._try(pieces):
                self.held[key] = Held("active", pieces, self.now + seconds)
            else:
                expected = OutOfStock
        elif known.state == "active":
            known.until = max(known.until, self.now + seconds)
        self._fails(self.shop.stock.reserve(key, lines, self.shop.soon(seconds)), expected)

    @rule(key=KEYS)
    def take(self, key: str) -> None:
        known = self.held.get(key)
        expected: type[DomainError] | None = None
        if known is None:
            expected = ReservationNotFound
        elif known.state != "taken":
            if known.state == "active" or self._try(known.pieces):
                for place, count in known.pieces.items():
                    there = self.on_hand[place]
                    self.on_hand[place] = None if there is None else there - count
                known.state = "taken"
            else:
                expected = OutOfStock
        self._fails(self.shop.stock.take(key), expected)

    @rule(key=KEYS)
    def release(self, key: str) -> None:
        known = self.held.get(key)
        taken = known is not None and known.state == "taken"
        self._fails(self.shop.stock.release(key), ReservationTaken if taken else None)
        if known is not None and not taken:
            known.state = "released"

    @rule(key=KEYS, place=PLACES, quantity=SMALL, return_key=RETURNS)
    def give_back(self, key: str, place: int, quantity: int, return_key: str) -> None:
        known = self.held.get(key)
        expected: type[DomainError] | None = None
        if known is None or known.state != "taken":
            expected = ReservationNotFound
        elif return_key not in self.returns:
            back = known.returned.get(place, 0) + quantity
            if back > known.pieces.get(place, 0):
                expected = ReturnTooLarge
            else:
                known.returned[place] = back
                self.returns.add(return_key)
                there = self.on_hand[place]
                self.on_hand[place] = None if there is None else there + quantity
        lines = [StockLine(self.ids[place], quantity)]
        self._fails(self.shop.stock.give_back(key, lines, return_key), expected)

    @rule(place=PLACES, quantity=st.integers(-4, 4).filter(bool))
    def move(self, place: int, quantity: int) -> None:
        there = self.on_hand[place]
        expected: type[DomainError] | None = None
        if there is None:
            expected = StockUnlimited
        elif there + quantity < self.reserved(place):
            expected = StockBelowZero
        else:
            self.on_hand[place] = there + quantity
        reason = MovementReason.CORRECTED
        self._fails(self.shop.book.move(HOST, self.ids[place], quantity, reason, ""), expected)

    @rule(place=PLACES, stock=st.none() | st.integers(0, 8))
    def count(self, place: int, stock: int | None) -> None:
        refused = stock is not None and stock < self.reserved(place)
        change = ProductChange(stock=stock)
        failed = self._fails(
            self.shop.catalogue.update(HOST, self.ids[place], change, None),
            StockBelowZero if refused else None,
        )
        if not failed:
            self.on_hand[place] = stock

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.now += seconds
        self.shop.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        self._free_due({0: 1, 1: 1})
        self._run(self.shop.stock.sweep())

    @invariant()
    def the_database_is_as_the_model(self) -> None:
        for place, there in enumerate(self.on_hand):
            level = self._run(self.shop.level(self.ids[place]))
            assert (level.on_hand, level.reserved) == (there, self.reserved(place))
            assert level.reserved >= 0
            assert level.available is None or level.available >= 0
            history = self._run(self.shop.history(self.ids[place]))
            assert rebuilt(history) == there
            assert [item.balance for item in history if item.balance is not None] == [
                rebuilt(history[: end + 1])
                for end, item in enumerate(history)
                if item.balance is not None
            ]
        found = self._run(self.shop.stock.reservations(list(self.held)))
        assert {key: item.state.value for key, item in found.items()} == {
            key: held.state for key, held in self.held.items()
        }


def test_any_sequence_keeps_every_piece(databases: Databases) -> None:
    class Machine(StockMachine):
        pass

    Machine.databases = databases
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
