"""Payments: a row for every attempt to pay, moved by one transition table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from videocall.billing.model.charges import (
    ChargeStatus,
    Failure,
    NextAction,
    PaymentId,
    PaymentMethod,
)
from videocall.core.access import UserId
from videocall.core.money import Money


class PaymentState(StrEnum):
    """Where a payment is."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"

    @property
    def is_open(self) -> bool:
        """Whether money may still arrive, as far as we know."""
        return self in IN_FLIGHT


class Purpose(StrEnum):
    """What a payment is for."""

    INVOICE = "invoice"
    TOP_UP = "top_up"


IN_FLIGHT = frozenset({PaymentState.PENDING, PaymentState.REQUIRES_ACTION})

TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.PENDING: frozenset(
        {
            PaymentState.REQUIRES_ACTION,
            PaymentState.SUCCEEDED,
            PaymentState.FAILED,
            PaymentState.CANCELLED,
        }
    ),
    PaymentState.REQUIRES_ACTION: frozenset(
        {
            PaymentState.PENDING,
            PaymentState.SUCCEEDED,
            PaymentState.FAILED,
            PaymentState.CANCELLED,
        }
    ),
    # The provider has the money: its word counts more than that we gave the payment up.
    PaymentState.FAILED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.CANCELLED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.SUCCEEDED: frozenset({PaymentState.DISPUTED}),
    PaymentState.DISPUTED: frozenset({PaymentState.SUCCEEDED}),
}
"""All moves there are."""

_GOALS: dict[ChargeStatus, PaymentState] = {
    ChargeStatus.PENDING: PaymentState.PENDING,
    ChargeStatus.REQUIRES_ACTION: PaymentState.REQUIRES_ACTION,
    ChargeStatus.SUCCEEDED: PaymentState.SUCCEEDED,
    ChargeStatus.FAILED: PaymentState.FAILED,
    ChargeStatus.CANCELLED: PaymentState.CANCELLED,
    ChargeStatus.DISPUTED: PaymentState.DISPUTED,
    ChargeStatus.DISPUTE_WON: PaymentState.SUCCEEDED,
    ChargeStatus.DISPUTE_LOST: PaymentState.DISPUTED,
}


def way(state: PaymentState, status: ChargeStatus) -> tuple[PaymentState, ...]:
    """The moves from a state to what the provider says, one after the other; none: nothing new.

    What contradicts the state (a charge that failed after it succeeded) moves nothing. A dispute
    ends only by the word that it was won: 'succeeded' may be older than the dispute.
    """
    goal = _GOALS[status]
    if goal is state or (state is PaymentState.DISPUTED and status is not ChargeStatus.DISPUTE_WON):
        return ()
    if goal in TRANSITIONS[state]:
        return (goal,)
    if goal is PaymentState.DISPUTED:
        return (PaymentState.SUCCEEDED, PaymentState.DISPUTED)
    return ()


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay. ``id`` is the id of the command that asked for it.

    ``applied`` is what of it counts now: for the invoice, or in the wallet. ``refunded`` is what
    went or is on its way back. ``next_at`` is when a sweeper looks after it; None: never.
    ``version`` grows with each change, so that an answer that was overtaken is not applied.
    """

    id: PaymentId
    purpose: Purpose
    invoice_id: str | None
    customer_id: UserId
    method: PaymentMethod
    state: PaymentState
    amount: Money
    applied: Money
    refunded: Money
    description: str
    source: str | None
    return_url: str | None
    failure: Failure | None
    next_action: NextAction | None
    provider_reference: str | None
    created_at: datetime
    succeeded_at: datetime | None
    next_at: datetime | None
    attempts: int
    version: int

    @property
    def loose(self) -> Money:
        """Money of the payer that counts for nothing and is not on its way back."""
        if self.state is not PaymentState.SUCCEEDED:
            return Money(0, self.amount.currency)
        return self.amount - self.applied - self.refunded

    def moved(self, state: PaymentState, now: datetime) -> Payment:
        """The payment in the next state; BadMove when the table does not know the move."""
        if state not in TRANSITIONS[self.state]:
            raise BadMove(self.state, state)
        is_final = state not in IN_FLIGHT
        return replace(
            self,
            state=state,
            succeeded_at=self.succeeded_at or (now if state is PaymentState.SUCCEEDED else None),
            next_action=None if is_final else self.next_action,
            failure=None if state is PaymentState.SUCCEEDED else self.failure,
            next_at=None if is_final else self.next_at,
            attempts=0,
        )


class BadMove(ValueError):
    """A move that the transition table does not know."""

    def __init__(self, before: StrEnum, after: StrEnum) -> None:
        self.before = before
        self.after = after
        super().__init__(f"{before.value} -> {after.value}")


SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, from 5 seconds to 15 minutes."""
    doublings: int = 2 ** min(attempts, 12)
    return min(SHORTEST * doublings, LONGEST)
