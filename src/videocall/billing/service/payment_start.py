"""The first step of a payment: who may pay how much, written down before any provider is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from videocall.billing import events
from videocall.billing.errors import (
    AmountTooHigh,
    CheckoutOver,
    InvoiceNotFound,
    InvoiceNotOpen,
    PaymentUnderWay,
)
from videocall.billing.interfaces.payments import PayOrder, TopUpOrder
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.charges import PaymentId, PaymentMethod
from videocall.billing.model.checkouts import Checkout, CheckoutState
from videocall.billing.model.invoice import Invoice, InvoiceId
from videocall.billing.model.payments import Payment, PaymentState, Purpose
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.service.charging import in_flight
from videocall.billing.service.leases import LEASE
from videocall.billing.service.settlement import Settlement
from videocall.core.access import Actor, UserId
from videocall.core.amounts import read_amount
from videocall.core.clock import Clock
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import Money, minor_digits

_PAYABLE = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})


@dataclass(frozen=True, slots=True)
class TopUpLimits:
    """How much may be paid into a wallet at once, in major units of any currency."""

    currency: str
    minimum: int = 1
    maximum: int = 10_000


class PaymentStart:
    """Writes new payments."""

    def __init__(
        self, units: SettlementUnits, settlement: Settlement, limits: TopUpLimits, clock: Clock
    ) -> None:
        self._units = units
        self._settlement = settlement
        self._limits = limits
        self._clock = clock

    async def of_invoice(
        self, actor: Actor, invoice_id: InvoiceId, order: PayOrder, command: PaymentId
    ) -> Payment:
        """Write a payment of an invoice; from the wallet it is paid at once.

        Raises InvoiceNotFound, InvoiceNotOpen, AmountTooHigh, PaymentUnderWay, InsufficientFunds.
        """
        async with self._units.write() as work:
            invoice = await work.invoices.lock(invoice_id)
            if invoice is None or not _may_pay(actor, invoice):
                raise InvoiceNotFound
            known = await work.payments.get(command)
            if known is not None:
                return known
            if invoice.status not in _PAYABLE:
                raise InvoiceNotOpen
            checkout = await work.checkouts.of_invoice(invoice_id)
            if checkout is not None:
                await self._wait_longer(work, checkout, invoice, order.method)
            if order.method is PaymentMethod.WALLET and invoice.customer_id != actor.user_id:
                raise InvoiceNotFound
            amount = await self._amount(work, invoice, order.amount)
            payment = self._new(
                command, invoice.customer_id, order.method, amount, order.source, order.return_url
            )
            payment = replace(
                payment,
                purpose=Purpose.INVOICE,
                invoice_id=invoice.id,
                description=f"Invoice {invoice.head.number_text() or ''}".strip(),
            )
            return await self._write(work, payment, actor)

    async def of_top_up(self, actor: Actor, order: TopUpOrder, command: PaymentId) -> Payment:
        """Write a payment into the actor's wallet; raises ValidationFailed."""
        amount = self._top_up_amount(order)
        payment = self._new(
            command, actor.user_id, order.method, amount, order.source, order.return_url
        )
        async with self._units.write() as work:
            known = await work.payments.get(command)
            if known is not None:
                return known
            return await self._write(work, payment, actor)

    async def _write(self, work: SettlementWork, payment: Payment, actor: Actor) -> Payment:
        await work.payments.add(payment)
        told = [events.payment_started(payment)]
        work.events.append(events.payment_stream(payment.id), None, told, actor.user_id)
        if payment.method is not PaymentMethod.WALLET:
            return payment
        return await work.payments.put(await self._settlement.spend(work, payment))

    async def _wait_longer(
        self,
        work: SettlementWork,
        checkout: Checkout,
        invoice: Invoice,
        method: PaymentMethod,
    ) -> None:
        now = self._clock.now()
        if checkout.state is not CheckoutState.RESERVED or checkout.expires_at <= now:
            raise CheckoutOver
        due_at = invoice.head.due_at
        # A bank transfer takes days: the pieces are kept until the invoice is due.
        if method is PaymentMethod.MANUAL and due_at is not None and due_at > checkout.expires_at:
            locked = await work.checkouts.lock(checkout.id)
            if locked is not None:
                await work.checkouts.put(replace(locked, expires_at=due_at, next_at=now))

    async def _amount(
        self, work: SettlementWork, invoice: Invoice, wanted: Decimal | None
    ) -> Money:
        due, currency = invoice.standing.due, invoice.head.currency
        amount = due if wanted is None else read_amount("amount", wanted, currency)
        if amount.minor == 0:
            words = "Pay at least the smallest unit of the currency."
            raise ValidationFailed(fields=[FieldError("amount", "out_of_range", words)])
        if amount.minor > due.minor:
            raise AmountTooHigh(f"At most {due.to_wire()} {currency} is due.")
        waiting = in_flight(await work.payments.of_invoice(invoice.id), currency)
        if amount.minor > due.minor - waiting.minor:
            words = f"{waiting.to_wire()} {currency} of it is being paid: wait, or cancel that."
            raise PaymentUnderWay(words)
        return amount

    def _top_up_amount(self, order: TopUpOrder) -> Money:
        limits = self._limits
        currency = order.currency or limits.currency
        if currency != limits.currency:
            words = f"This installation sells in {limits.currency}."
            raise ValidationFailed(fields=[FieldError("currency", "choice", words)])
        amount = read_amount("amount", order.amount, currency)
        if order.method is PaymentMethod.WALLET:
            words = "A wallet is not filled from itself."
            raise ValidationFailed(fields=[FieldError("payment_method", "choice", words)])
        unit = 10 ** minor_digits(currency)
        if not limits.minimum * unit <= amount.minor <= limits.maximum * unit:
            words = f"From {limits.minimum} to {limits.maximum} {currency}."
            raise ValidationFailed(fields=[FieldError("amount", "out_of_range", words)])
        return amount

    def _new(
        self,
        payment_id: PaymentId,
        customer_id: UserId,
        method: PaymentMethod,
        amount: Money,
        source: str | None,
        return_url: str | None,
    ) -> Payment:
        now: datetime = self._clock.now()
        nothing = Money(0, amount.currency)
        return Payment(
            id=payment_id,
            purpose=Purpose.TOP_UP,
            invoice_id=None,
            customer_id=customer_id,
            method=method,
            state=PaymentState.PENDING,
            amount=amount,
            applied=nothing,
            refunded=nothing,
            description="Wallet",
            source=source,
            return_url=return_url,
            failure=None,
            next_action=None,
            provider_reference=None,
            created_at=now,
            succeeded_at=None,
            next_at=now + LEASE,
            attempts=0,
            version=1,
        )


def _may_pay(actor: Actor, invoice: Invoice) -> bool:
    is_theirs = invoice.customer_id == actor.user_id and invoice.status is not InvoiceStatus.DRAFT
    return is_theirs or actor.is_admin
