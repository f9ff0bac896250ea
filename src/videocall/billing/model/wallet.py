"""A wallet: what a customer has in one unit, what is held of it, and every movement. Pure.

The state is a fold over movements; each is one event and one line of the statement. A unit is a
currency, counted in minor units, or "minutes", counted in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from videocall.core.access import UserId
from videocall.core.money import Money

Unit = NewType("Unit", str)
HoldId = NewType("HoldId", str)

MINUTES = Unit("minutes")
"""The unit of prepaid call time; its amounts are seconds."""


class EntryKind(StrEnum):
    """What a movement is."""

    TOP_UP = "top_up"
    REFUND = "refund"
    PURCHASE = "purchase"
    WITHDRAWAL = "withdrawal"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    EXPIRY = "expiry"


BALANCE_EFFECT: Mapping[EntryKind, int] = {
    EntryKind.TOP_UP: 1,
    EntryKind.REFUND: 1,
    EntryKind.PURCHASE: -1,
    EntryKind.WITHDRAWAL: -1,
    EntryKind.CAPTURE: -1,
}
HELD_EFFECT: Mapping[EntryKind, int] = {
    EntryKind.HOLD: 1,
    EntryKind.CAPTURE: -1,
    EntryKind.RELEASE: -1,
    EntryKind.EXPIRY: -1,
}


class HoldState(StrEnum):
    """Where a hold is; all but the first are the end."""

    ACTIVE = "active"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


_HOLD_ENDS = {
    EntryKind.CAPTURE: HoldState.CAPTURED,
    EntryKind.RELEASE: HoldState.RELEASED,
    EntryKind.EXPIRY: HoldState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a movement belongs to, as people read it: 'invoice', its id and its number.

    ``once`` is what makes the movement happen once (default: type and id); two payments of one
    invoice give the payment's id there.
    """

    type: str
    id: str
    number: str | None = None
    once: str = ""

    @property
    def key(self) -> str:
        """The same for every repeat of the movement."""
        return self.once or f"{self.type}:{self.id}"


@dataclass(frozen=True, slots=True)
class Credit:
    """A positive amount of a unit."""

    unit: Unit
    count: int

    @classmethod
    def money(cls, amount: Money) -> Credit:
        """Money as a wallet counts it."""
        return cls(Unit(amount.currency), amount.minor)

    @classmethod
    def minutes(cls, seconds: int) -> Credit:
        """Prepaid call time."""
        return cls(MINUTES, seconds)

    def to_wire(self) -> str:
        """Money in major units, or seconds."""
        return credit_text(self.unit, self.count)


def credit_text(unit: Unit, count: int) -> str:
    """An amount of a unit, either sign, as the API writes it: '-12.50', or seconds."""
    return str(count) if unit == MINUTES else Money(count, unit).to_wire()


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that happened to a wallet. ``missing``: what a withdrawal asked for in vain."""

    kind: EntryKind
    count: int
    reference: Reference
    at: datetime
    hold_id: HoldId | None = None
    until: datetime | None = None
    missing: int = 0

    @property
    def once(self) -> str:
        """With the kind, what no other movement of the wallet has: a hold begins and ends once."""
        return self.hold_id or self.reference.key


@dataclass(frozen=True, slots=True)
class Hold:
    """Credit set aside until a moment; ``rest`` is what is still set aside."""

    id: HoldId
    customer_id: UserId
    unit: Unit
    amount: int
    rest: int
    captured: int
    state: HoldState
    until: datetime
    reference: Reference
    created_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether it still sets credit aside."""
        return self.state is HoldState.ACTIVE

    def after(self, movement: Movement) -> Hold:
        """The hold after one of its movements."""
        captured = movement.count if movement.kind is EntryKind.CAPTURE else 0
        # What is left after a capture is released; the hold stays a captured one.
        state = _HOLD_ENDS[movement.kind] if self.is_active else self.state
        return replace(
            self, rest=self.rest - movement.count, captured=self.captured + captured, state=state
        )


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a customer has in one unit; ``version`` counts its movements."""

    customer_id: UserId
    unit: Unit
    balance: int
    held: int
    version: int
    updated_at: datetime

    @property
    def available(self) -> int:
        """What can be spent."""
        return self.balance - self.held

    def after(self, movement: Movement) -> Wallet:
        """The wallet after a movement; ValueError for one that can't have happened."""
        balance = self.balance + BALANCE_EFFECT.get(movement.kind, 0) * movement.count
        held = self.held + HELD_EFFECT.get(movement.kind, 0) * movement.count
        if movement.count < 0 or not 0 <= held <= balance:
            message = f"a {movement.kind} of {movement.count} does not fit into {self}"
            raise ValueError(message)
        return replace(
            self, balance=balance, held=held, version=self.version + 1, updated_at=movement.at
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement; ``balance`` and ``available`` are those after it.

    ``amount`` is signed: what it did to the balance, else to what is available.
    """

    id: str
    customer_id: UserId
    unit: Unit
    version: int
    amount: int
    balance: int
    available: int
    movement: Movement

    @classmethod
    def of(cls, entry_id: str, wallet: Wallet, movement: Movement) -> Entry:
        """The line for a movement that led to ``wallet``."""
        effect = BALANCE_EFFECT.get(movement.kind) or -HELD_EFFECT[movement.kind]
        return cls(
            id=entry_id,
            customer_id=wallet.customer_id,
            unit=wallet.unit,
            version=wallet.version,
            amount=effect * movement.count,
            balance=wallet.balance,
            available=wallet.available,
            movement=movement,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """A wallet with its holds: what movements fold into."""

    wallet: Wallet
    holds: Mapping[HoldId, Hold] = field(default_factory=dict)

    def after(self, movement: Movement) -> Ledger:
        """The ledger after a movement."""
        wallet = self.wallet.after(movement)
        if movement.hold_id is None:
            return Ledger(wallet, self.holds)
        known = self.holds.get(movement.hold_id)
        hold = known.after(movement) if known is not None else _new_hold(wallet, movement)
        return Ledger(wallet, {**self.holds, hold.id: hold})

    def fold(self, movements: Iterable[Movement]) -> Ledger:
        """The ledger after all of them, in their order."""
        ledger = self
        for movement in movements:
            ledger = ledger.after(movement)
        return ledger


def empty_ledger(customer_id: UserId, unit: Unit, at: datetime) -> Ledger:
    """Where every wallet begins."""
    return Ledger(Wallet(customer_id, unit, 0, 0, 0, at))


def _new_hold(wallet: Wallet, movement: Movement) -> Hold:
    if movement.kind is not EntryKind.HOLD or movement.until is None or movement.hold_id is None:
        message = f"a {movement.kind} of a hold that is not there"
        raise ValueError(message)
    return Hold(
        id=movement.hold_id,
        customer_id=wallet.customer_id,
        unit=wallet.unit,
        amount=movement.count,
        rest=movement.count,
        captured=0,
        state=HoldState.ACTIVE,
        until=movement.until,
        reference=movement.reference,
        created_at=movement.at,
    )
