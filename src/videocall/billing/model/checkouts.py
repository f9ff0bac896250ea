"""Checkouts: a purchase as a saga, from reserved stock to taken stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from videocall.billing.model.payments import BadMove
from videocall.core.access import UserId
from videocall.core.errors import FieldError

CheckoutId = NewType("CheckoutId", str)

MOST_ITEMS = 50
MOST_PIECES = 10_000


class CheckoutState(StrEnum):
    """Where a checkout is.

    ``started``: written down, stock and invoice follow. ``reserved``: waits for the money.
    ``closing``: its time is over or the customer gave it up; payments under way are stopped.
    """

    STARTED = "started"
    RESERVED = "reserved"
    CLOSING = "closing"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"

    @property
    def is_living(self) -> bool:
        """Whether it may hold stock and wait for money."""
        return self in LIVING


LIVING = frozenset({CheckoutState.STARTED, CheckoutState.RESERVED, CheckoutState.CLOSING})

TRANSITIONS: dict[CheckoutState, frozenset[CheckoutState]] = {
    CheckoutState.STARTED: frozenset({CheckoutState.RESERVED, CheckoutState.FAILED}),
    CheckoutState.RESERVED: frozenset(
        {CheckoutState.PAID, CheckoutState.CLOSING, CheckoutState.REFUNDED}
    ),
    CheckoutState.CLOSING: frozenset(
        {
            CheckoutState.PAID,  # the money was faster, or it came while payments were stopped
            CheckoutState.EXPIRED,
            CheckoutState.CANCELLED,
            CheckoutState.REFUNDED,  # a part had been paid, or the stock went to somebody else
        }
    ),
    CheckoutState.PAID: frozenset(),
    CheckoutState.EXPIRED: frozenset(),
    CheckoutState.CANCELLED: frozenset(),
    CheckoutState.FAILED: frozenset(),
    CheckoutState.REFUNDED: frozenset(),
}
"""All moves there are."""


@dataclass(frozen=True, slots=True)
class Item:
    """So many pieces of a product."""

    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """A purchase. ``id`` is the id of the command that asked for it.

    ``closing_as`` says what it becomes when it closes without money. ``expected`` is the total that
    the customer was shown, in minor units. ``next_at`` is when a sweeper looks after it; None:
    never again.
    """

    id: CheckoutId
    customer_id: UserId
    invoice_id: str
    state: CheckoutState
    closing_as: CheckoutState | None
    items: tuple[Item, ...]
    expected: int | None
    language: str | None
    created_at: datetime
    expires_at: datetime
    next_at: datetime | None
    attempts: int

    @property
    def stock_key(self) -> str:
        """What its pieces are reserved under."""
        return stock_key(self.invoice_id)

    def moved(self, state: CheckoutState) -> Checkout:
        """The checkout in the next state; BadMove when the table does not know the move."""
        if state not in TRANSITIONS[self.state]:
            raise BadMove(self.state, state)
        return replace(self, state=state, attempts=0)


def stock_key(invoice_id: str) -> str:
    """What the pieces of an invoice are reserved under: one key for each."""
    return f"invoice:{invoice_id}"


def item_errors(items: Sequence[Item]) -> list[FieldError]:
    """What is wrong with what somebody wants to buy."""
    if not items:
        return [FieldError("items", "required", "Choose at least one product.")]
    if len(items) > MOST_ITEMS:
        return [FieldError("items", "too_many", f"At most {MOST_ITEMS} products at once.")]
    wrong = [
        FieldError(f"items[{index}].quantity", "out_of_range", f"From 1 to {MOST_PIECES}.")
        for index, item in enumerate(items)
        if not 1 <= item.quantity <= MOST_PIECES
    ]
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.product_id in seen:
            words = "This product is there twice: add up the quantities."
            wrong.append(FieldError(f"items[{index}].product_id", "duplicate", words))
        seen.add(item.product_id)
    return wrong
