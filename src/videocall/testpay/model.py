"""Charges and refunds as the test provider keeps them. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass

from videocall.testpay.cards import SECOND_STEP, Status


@dataclass(frozen=True, slots=True)
class NewCharge:
    """What is asked for."""

    payment_id: str
    amount: int
    currency: str
    description: str
    customer_id: str
    return_url: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge. ``token`` is its secret address on the card page; times are Unix seconds."""

    payment_id: str
    token: str
    amount: int
    currency: str
    description: str
    customer_id: str
    return_url: str | None
    source: str | None
    card: str | None  # the last one used
    status: Status
    failure_code: str | None
    failure_message: str | None
    charged: int
    refunded: int
    later: Status | None  # what follows by itself, at
    later_at: float | None
    created_at: float

    @property
    def waits_for_second_step(self) -> bool:
        """Whether the payer has to confirm."""
        return self.status is Status.REQUIRES_ACTION and self.card == SECOND_STEP

    def is_same_order(self, order: NewCharge) -> bool:
        """Whether this is what was ordered."""
        return (self.amount, self.currency) == (order.amount, order.currency)


@dataclass(frozen=True, slots=True)
class NewRefund:
    """What is asked for."""

    refund_id: str
    payment_id: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund; a failed one moved nothing."""

    refund_id: str
    payment_id: str
    amount: int
    reason: str
    status: str  # succeeded or failed
    failure_code: str | None
    failure_message: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class Webhook:
    """A message to deliver."""

    id: int
    body: bytes
    attempts: int
    created_at: float


class UnknownCharge(Exception):
    """There is no such charge."""


class OrderMismatch(Exception):
    """The id was used before, for something else."""


class NotPossible(Exception):
    """The charge is not in a state for this."""
