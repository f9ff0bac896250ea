"""A charge and its refunds, as every payment provider's answers are understood here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from videocall.core.money import Money

PaymentId = NewType("PaymentId", str)
RefundId = NewType("RefundId", str)


class PaymentMethod(StrEnum):
    """How somebody pays; all but the wallet have a provider."""

    MANUAL = "manual"
    TEST = "test"
    STRIPE = "stripe"
    WALLET = "wallet"


class ChargeStatus(StrEnum):
    """What a provider says about a charge."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"  # the payer's bank took the money back, until it decides
    DISPUTE_WON = "dispute_won"  # it returned: as good as succeeded
    DISPUTE_LOST = "dispute_lost"

    @property
    def is_open(self) -> bool:
        """Whether money may still arrive."""
        return self in (ChargeStatus.PENDING, ChargeStatus.REQUIRES_ACTION)

    @property
    def holds_money(self) -> bool:
        """Whether the payer's money is with the seller now."""
        return self in (ChargeStatus.SUCCEEDED, ChargeStatus.DISPUTE_WON)


class RefundStatus(StrEnum):
    """What a provider says about a refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why money did not move. ``code`` is the provider's (card_declined, insufficient_funds)."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the payer to this page; it leads back to the return address."""

    url: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """Tell the payer what to do, and the reference to name in the transfer."""

    text: str
    reference: str


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """For a client that confirms with Stripe's own library."""

    client_secret: str
    publishable_key: str


NextAction: TypeAlias = Redirect | Instructions | ClientSecret


@dataclass(frozen=True, slots=True)
class ChargeState:
    """What the provider knows of a charge now.

    ``charged`` is what was taken from the payer in all, ``refunded`` what went back of it by
    refunds; a dispute changes neither. ``provider_reference`` may become another one while the
    charge goes on (a page, then its payment): keep the last.
    """

    status: ChargeStatus
    provider_reference: str
    charged: Money
    refunded: Money
    failure: Failure | None = None
    next_action: NextAction | None = None


@dataclass(frozen=True, slots=True)
class RefundState:
    """What the provider knows of a refund now."""

    status: RefundStatus
    provider_reference: str
    amount: Money
    failure: Failure | None = None
