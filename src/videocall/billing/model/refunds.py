"""Refunds: a row for every amount that goes back, and how an amount is spread over payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from videocall.billing.model.charges import Failure, PaymentId, PaymentMethod, RefundId
from videocall.billing.model.payments import BadMove, Payment, PaymentState
from videocall.core.access import UserId
from videocall.core.money import Money


class RefundCause(StrEnum):
    """Why money goes back: a credit note, or more arrived than was due."""

    CREDIT = "credit"
    EXCESS = "excess"


class RefundTarget(StrEnum):
    """Where the money of a credit note goes."""

    ORIGINAL = "original"
    WALLET = "wallet"
    NONE = "none"


class RefundState(StrEnum):
    """Where a refund is."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    # A bank may send back what the provider had called done.
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    # What failed is asked for anew, as another refund: providers remember the old one.
    RefundState.FAILED: frozenset(),
}
"""All moves there are."""


@dataclass(frozen=True, slots=True)
class Refund:
    """An amount of one payment that goes back; ``method`` is how (the payment's, or the wallet)."""

    id: RefundId
    cause: RefundCause
    payment_id: PaymentId
    invoice_id: str | None
    credit_note_id: str | None
    customer_id: UserId
    method: PaymentMethod
    state: RefundState
    amount: Money
    reason: str
    failure: Failure | None
    provider_reference: str | None
    created_at: datetime
    finished_at: datetime | None
    next_at: datetime | None
    attempts: int

    def moved(self, state: RefundState, now: datetime) -> Refund:
        """The refund in the next state; BadMove when the table does not know the move."""
        if state not in TRANSITIONS[self.state]:
            raise BadMove(self.state, state)
        is_open = state is RefundState.PENDING
        return replace(
            self,
            state=state,
            failure=self.failure if state is RefundState.FAILED else None,
            finished_at=None if is_open else now,
            next_at=now if is_open else None,
            attempts=0,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """What one payment gives back."""

    payment: Payment
    amount: Money


def spread(amount: Money, payments: Sequence[Payment]) -> tuple[Share, ...]:
    """Take an amount from what of the payments counts, the newest first; less when that is all."""
    left = amount
    shares = []
    for payment in sorted(payments, key=lambda item: item.id, reverse=True):
        if payment.state is not PaymentState.SUCCEEDED:
            continue
        part = min(payment.applied.minor, left.minor)
        if part > 0:
            shares.append(Share(payment, Money(part, amount.currency)))
            left = left - Money(part, amount.currency)
    return tuple(shares)
