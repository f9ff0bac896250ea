"""Stock: movements, levels, and reservations with an expiry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from videocall.core.access import UserId
from videocall.core.errors import FieldError
from videocall.products.model.products import MAX_STOCK, ProductId

MAX_KEY_CHARACTERS = 100
MAX_NOTE_CHARACTERS = 200


class MovementReason(StrEnum):
    """Why pieces came or went; `sold` and `unlimited` are written by the system alone."""

    RECEIVED = "received"
    COUNTED = "counted"
    DAMAGED = "damaged"
    RETURNED = "returned"
    CORRECTED = "corrected"
    SOLD = "sold"
    UNLIMITED = "unlimited"  # from here on nobody counts


@dataclass(frozen=True, slots=True)
class Movement:
    """Pieces that came (positive) or went; ``balance`` is on hand afterwards."""

    id: str
    product_id: ProductId
    quantity: int
    reason: MovementReason
    note: str
    balance: int | None  # None: without limit
    reference: str | None
    actor_id: UserId | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Pieces of one product; ``on_hand`` None: without limit."""

    on_hand: int | None
    reserved: int

    @property
    def available(self) -> int | None:
        """What can still be reserved."""
        return None if self.on_hand is None else self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class StockLine:
    """So many pieces of a product."""

    product_id: ProductId
    quantity: int


class ReservationState(StrEnum):
    """Active ones hold their pieces until they are taken, released or too old."""

    ACTIVE = "active"
    TAKEN = "taken"
    RELEASED = "released"
    EXPIRED = "expired"


MOVES: Mapping[ReservationState, frozenset[ReservationState]] = {
    ReservationState.ACTIVE: frozenset(
        {ReservationState.TAKEN, ReservationState.RELEASED, ReservationState.EXPIRED}
    ),
    # Whoever comes too late may try again: a late payment reserves anew.
    ReservationState.EXPIRED: frozenset({ReservationState.ACTIVE, ReservationState.RELEASED}),
    ReservationState.RELEASED: frozenset({ReservationState.ACTIVE}),
    ReservationState.TAKEN: frozenset(),
}
"""Which state may follow which."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Pieces kept for a purchase, by the key of whoever asked."""

    key: str
    state: ReservationState
    until: datetime
    lines: tuple[StockLine, ...]

    def may_become(self, state: ReservationState) -> bool:
        """Whether the table of moves allows it."""
        return state in MOVES[self.state]


def merged(lines: Iterable[StockLine]) -> tuple[StockLine, ...]:
    """One line for each product, in the order in which rows are locked everywhere."""
    sums: dict[ProductId, int] = {}
    for line in lines:
        sums[line.product_id] = sums.get(line.product_id, 0) + line.quantity
    return tuple(StockLine(product_id, sums[product_id]) for product_id in sorted(sums))


def line_errors(lines: Sequence[StockLine]) -> list[FieldError]:
    """What is wrong with the lines of a reservation."""
    if not lines:
        return [FieldError("lines", "too_short", "At least 1 entry.")]
    return [
        FieldError(f"lines[{place}].quantity", "out_of_range", f"From 1 to {MAX_STOCK}.")
        for place, line in enumerate(lines)
        if not 1 <= line.quantity <= MAX_STOCK
    ]


def rebuilt(movements: Iterable[Movement]) -> int | None:
    """What is on hand after these movements, oldest first; None: without limit."""
    on_hand: int | None = None
    for movement in movements:
        if movement.reason is MovementReason.UNLIMITED:
            on_hand = None
        else:
            on_hand = (on_hand or 0) + movement.quantity
    return on_hand
