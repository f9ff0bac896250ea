"""The door to payment providers: one Protocol for all, so that money has one set of rules.

A provider is asked outside of open transactions, and every order may be repeated: the id of the
payment or refund, made before by us, is what the provider knows it by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from videocall.billing.model.charges import (
    ChargeState,
    PaymentId,
    PaymentMethod,
    RefundId,
    RefundState,
)
from videocall.core.access import UserId
from videocall.core.money import Money


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A charge to start.

    ``source``: what to charge at once (a card of the test provider, a Stripe payment method);
    without one the payer gets a next action. ``return_url``: where a hosted page leads back to,
    with ``?payment=<id>``; an http(s) address. ``created_at``: when our payment was made; a
    provider that remembers ids for a day only looks for an older one first.
    """

    payment_id: PaymentId
    amount: Money
    description: str
    customer_id: UserId
    return_url: str | None = None
    source: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChargeRef:
    """Which charge: our id, its amount and when we made it; the last reference, once known."""

    payment_id: PaymentId
    amount: Money
    created_at: datetime
    provider_reference: str | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A part of a charge, or all of it, to give back."""

    refund_id: RefundId
    charge: ChargeRef
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class RefundRef:
    """Which refund; the provider's reference, once known."""

    refund_id: RefundId
    charge: ChargeRef
    amount: Money
    provider_reference: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A webhook that was checked. It only says "look again"; one of the three finds the charge."""

    id: str
    type: str
    payment_id: PaymentId | None = None
    refund_id: RefundId | None = None
    provider_reference: str | None = None


class PaymentProvider(Protocol):
    """A payment provider.

    All but ``read_webhook`` raise ProviderUnavailable when the outcome is not known: nothing may
    be concluded from it; look up later. What a provider refuses for good is no exception but a
    failed charge or refund.
    """

    @property
    def method(self) -> PaymentMethod: ...

    async def start(self, order: ChargeOrder) -> ChargeState:
        """Charge, or begin to. Repeated after a crash it gives the same charge.

        Raises ProviderConflict when the id was used for another amount.
        """
        ...

    async def look_up(self, charge: ChargeRef) -> ChargeState | None:
        """What is known now; None: the provider never heard of it, so no money moved."""
        ...

    async def cancel(self, charge: ChargeRef) -> ChargeState | None:
        """Stop what is still open; the state afterwards, which may be that it succeeded before.

        None as in look_up.
        """
        ...

    async def refund(self, order: RefundOrder) -> RefundState:
        """Give back; repeated it gives the same refund. More than is left: a failed refund."""
        ...

    async def look_up_refund(self, refund: RefundRef) -> RefundState | None:
        """What is known now; None: the provider never heard of it."""
        ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent | None:
        """Check and read one (header names in lower case); raises WebhookInvalid.

        None: about nothing of ours.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


Providers = Mapping[PaymentMethod, PaymentProvider]
"""Those that are set up in this installation."""
