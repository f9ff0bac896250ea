"""Payments: what the door offers, and what its service needs from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from videocall.billing.model.charges import PaymentId, PaymentMethod
from videocall.billing.model.payments import Payment, PaymentState, Purpose
from videocall.core.access import Actor, UserId
from videocall.core.money import Money
from videocall.core.paging import ListRequest, Page


@dataclass(frozen=True, slots=True)
class PayOrder:
    """How somebody wants to pay; ``amount`` None: all that is due."""

    method: PaymentMethod
    amount: Decimal | None = None
    source: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class TopUpOrder:
    """How much somebody wants to have in the wallet, and how they pay."""

    amount: Decimal
    currency: str | None
    method: PaymentMethod
    source: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments; None: any."""

    invoice_id: str | None = None
    state: PaymentState | None = None
    method: PaymentMethod | None = None
    customer_id: UserId | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment with what people want to read beside it."""

    payment: Payment
    customer_name: str
    invoice_number: str | None


@dataclass(frozen=True, slots=True)
class MethodView:
    """A way to pay. ``is_configured``: this installation knows the provider's keys."""

    method: PaymentMethod
    is_enabled: bool
    is_configured: bool
    instructions: str
    publishable_key: str | None


@dataclass(frozen=True, slots=True)
class MethodSwitch:
    """What the administrator decided about a way to pay."""

    method: PaymentMethod
    is_enabled: bool
    instructions: str


class Payments(Protocol):
    """Paying invoices and filling wallets."""

    async def pay(
        self, actor: Actor, invoice_id: str, order: PayOrder, command: PaymentId
    ) -> PaymentView:
        """Pay an invoice; the same command again gives the payment as it is now.

        Raises InvoiceNotFound, InvoiceNotOpen, AmountTooHigh, InsufficientFunds, MethodUnavailable,
        CardDeclined (the failed payment stays in the list), ProviderUnavailable.
        """
        ...

    async def top_up(self, actor: Actor, order: TopUpOrder, command: PaymentId) -> PaymentView:
        """Pay into the actor's wallet; raises ValidationFailed and as pay."""
        ...

    async def get(
        self, actor: Actor, payment_id: PaymentId, *, refresh: bool = False
    ) -> PaymentView:
        """A payment that the actor may see, else PaymentNotFound; asks the provider to refresh."""
        ...

    async def get_top_up(self, actor: Actor, payment_id: PaymentId) -> PaymentView:
        """A payment into a wallet; raises TopUpNotFound."""
        ...

    async def list_payments(
        self, actor: Actor, wanted: PaymentFilter, request: ListRequest
    ) -> Page[PaymentView]:
        """One's own payments; administrators see all."""
        ...

    async def confirm(
        self, actor: Actor, payment_id: PaymentId, amount: Decimal | None, note: str
    ) -> PaymentView:
        """The seller says that a transfer arrived; ``amount`` when it was less than asked for.

        Raises Forbidden, PaymentNotFound, PaymentTransition, ValidationFailed.
        """
        ...

    async def cancel(self, actor: Actor, payment_id: PaymentId) -> PaymentView:
        """Stop a payment that is not finished; raises PaymentNotFound, PaymentTransition."""
        ...

    async def receive(self, method: PaymentMethod, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a provider's webhook; raises WebhookInvalid. Repeats and any order are fine."""
        ...


class PaymentMethods(Protocol):
    """The ways to pay of this installation."""

    async def list_methods(self, actor: Actor) -> Sequence[MethodView]:
        """Those one may choose; administrators see all."""
        ...

    async def change(
        self,
        actor: Actor,
        method: PaymentMethod,
        *,
        is_enabled: bool | None,
        instructions: str | None,
    ) -> MethodView:
        """Switch a way to pay on or off; raises Forbidden, MethodUnavailable."""
        ...


class PaymentRepository(Protocol):
    """Payments in the database."""

    async def add(self, payment: Payment) -> bool:
        """Write a new one; False when the id is there."""
        ...

    async def get(self, payment_id: PaymentId) -> Payment | None: ...

    async def lock(self, payment_id: PaymentId) -> Payment | None:
        """As get, and nobody else changes it until the transaction ends."""
        ...

    async def put(self, payment: Payment) -> Payment:
        """Write everything; the answer has the next version."""
        ...

    async def schedule(self, payment: Payment) -> None:
        """Write only when it is looked after next: the version stays."""
        ...

    async def of_invoice(self, invoice_id: str) -> Sequence[Payment]:
        """All payments of an invoice, oldest first."""
        ...

    async def find_by_reference(
        self, method: PaymentMethod, provider_reference: str
    ) -> Payment | None: ...

    async def listed(self, wanted: PaymentFilter, request: ListRequest) -> Sequence[Payment]:
        """One page, one more than the limit when there are more."""
        ...

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[PaymentId]:
        """Payments whose time has come, for nobody else until then."""
        ...

    async def note_event(
        self, method: PaymentMethod, event_id: str, kind: str, now: datetime
    ) -> bool:
        """Note a webhook; False when it was seen and handled before."""
        ...

    async def handled(self, method: PaymentMethod, event_id: str, now: datetime) -> None:
        """Note that a webhook was acted upon."""
        ...

    async def forget_events(self, before: datetime) -> int:
        """Forget old webhooks; how many."""
        ...

    async def switches(self) -> Mapping[PaymentMethod, MethodSwitch]:
        """What the administrator decided about ways to pay."""
        ...

    async def put_switch(self, switch: MethodSwitch, now: datetime) -> None: ...

    async def received(self, invoice_id: str) -> Money | None:
        """The sum of what counts for an invoice now; None: it has no payment."""
        ...

    async def numbers(self, invoice_ids: Collection[str]) -> Mapping[str, str | None]:
        """The numbers of invoices, for lists of payments."""
        ...
