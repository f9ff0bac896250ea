"""Payments as people meet them: paying, looking, confirming, cancelling, and webhooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from videocall.billing.errors import (
    CardDeclined,
    PaymentNotFound,
    PaymentTransition,
    PaymentUnderWay,
    TopUpNotFound,
)
from videocall.billing.interfaces.payments import (
    PaymentFilter,
    PaymentView,
    PayOrder,
    TopUpOrder,
)
from videocall.billing.interfaces.providers import Providers
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.charges import (
    ChargeState,
    ChargeStatus,
    Instructions,
    PaymentId,
    PaymentMethod,
    RefundId,
)
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.payments import Payment, PaymentState, Purpose
from videocall.billing.service.charging import Charging
from videocall.billing.service.checkout_saga import CheckoutSaga
from videocall.billing.service.payment_methods import PaymentMethodService
from videocall.billing.service.payment_start import PaymentStart
from videocall.billing.service.refunding import Refunding
from videocall.core.access import Actor, UserId
from videocall.core.amounts import read_amount
from videocall.core.clock import Clock
from videocall.core.errors import FieldError, Forbidden, ValidationFailed
from videocall.core.money import Money
from videocall.core.paging import ListRequest, Page, Position, list_page

_EVENTS_KEPT = timedelta(days=30)


class PeopleNames(Protocol):
    """What payments need to know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...


class PaymentService:
    """Payments of all customers."""

    def __init__(
        self,
        units: SettlementUnits,
        providers: Providers,
        start: PaymentStart,
        methods: PaymentMethodService,
        charging: Charging,
        refunding: Refunding,
        saga: CheckoutSaga,
        people: PeopleNames,
        clock: Clock,
    ) -> None:
        self._units = units
        self._providers = providers
        self._start = start
        self._methods = methods
        self._charging = charging
        self._refunding = refunding
        self._saga = saga
        self._people = people
        self._clock = clock

    async def pay(
        self, actor: Actor, invoice_id: str, order: PayOrder, command: PaymentId
    ) -> PaymentView:
        known = await self._known(command)
        if known is None:
            await self._methods.require(order.method)
            known = await self._begun(actor, InvoiceId(invoice_id), order, command)
        elif known.customer_id != actor.user_id and not actor.is_admin:
            raise PaymentNotFound
        return await self._driven(known)

    async def top_up(self, actor: Actor, order: TopUpOrder, command: PaymentId) -> PaymentView:
        known = await self._known(command)
        if known is None:
            await self._methods.require(order.method)
            known = await self._start.of_top_up(actor, order, command)
        elif known.customer_id != actor.user_id:
            raise PaymentNotFound
        return await self._driven(known)

    async def get(
        self, actor: Actor, payment_id: PaymentId, *, refresh: bool = False
    ) -> PaymentView:
        payment = await self._visible(actor, payment_id)
        if refresh and payment.state.is_open and payment.method in self._providers:
            payment = await self._forward(payment)
        return await self._view(payment)

    async def get_top_up(self, actor: Actor, payment_id: PaymentId) -> PaymentView:
        payment = await self._known(payment_id)
        if payment is None or payment.purpose is not Purpose.TOP_UP or not _may_see(actor, payment):
            raise TopUpNotFound
        return await self._view(payment)

    async def list_payments(
        self, actor: Actor, wanted: PaymentFilter, request: ListRequest
    ) -> Page[PaymentView]:
        async with self._units.read() as work:
            if not actor.is_admin and not await _manages(work, actor, wanted.invoice_id):
                wanted = replace(wanted, customer_id=actor.user_id)
            found = await work.payments.listed(wanted, request)
        page = list_page(found, [Position(None, item.id) for item in found], request)
        return Page(await self._views(page.items), page.next_cursor, page.page)

    async def confirm(
        self, actor: Actor, payment_id: PaymentId, amount: Decimal | None, note: str
    ) -> PaymentView:
        payment = await self._visible(actor, payment_id)
        if not actor.is_admin:
            raise Forbidden("Only administrators confirm that money arrived.")
        if payment.method is not PaymentMethod.MANUAL:
            raise PaymentTransition("Only bank transfers are confirmed by hand.")
        if payment.state is PaymentState.SUCCEEDED:
            return await self._driven(payment)
        if not payment.state.is_open:
            raise PaymentTransition(f"It is {payment.state.value} already.")
        arrived = self._arrived(payment, amount)
        if arrived != payment.amount or note:
            payment = await self._changed(payment, arrived, note)
        succeeded = ChargeState(
            ChargeStatus.SUCCEEDED,
            payment.provider_reference or payment.id,
            charged=arrived,
            refunded=Money(0, arrived.currency),
        )
        applied = await self._charging.apply(payment, succeeded)
        if applied is None:
            raise PaymentTransition("Somebody else changed it at the same moment. Look again.")
        await self._follow_up(applied)
        return await self._view(applied)

    async def cancel(self, actor: Actor, payment_id: PaymentId) -> PaymentView:
        payment = await self._visible(actor, payment_id)
        if payment.state is PaymentState.CANCELLED:
            return await self._view(payment)
        if not payment.state.is_open:
            raise PaymentTransition(f"It is {payment.state.value} already.")
        payment = await self._charging.cancel(payment_id)
        await self._follow_up(payment)
        if payment.state is not PaymentState.CANCELLED:
            raise PaymentTransition(f"It is {payment.state.value}: it can't be stopped any more.")
        return await self._view(payment)

    async def receive(self, method: PaymentMethod, body: bytes, headers: Mapping[str, str]) -> None:
        provider = self._providers.get(method)
        if provider is None:
            raise PaymentNotFound
        event = provider.read_webhook(body, headers)
        if event is None:
            return
        async with self._units.write() as work:
            if not await work.payments.note_event(method, event.id, event.type, self._clock.now()):
                return
        if event.refund_id is not None:
            await self._refund_told(event.refund_id)
        payment = await self._told_of(method, event.payment_id, event.provider_reference)
        if payment is not None:
            await self._forward(payment)
        async with self._units.write() as work:
            await work.payments.handled(method, event.id, self._clock.now())

    async def forget_events(self) -> int:
        """Forget webhooks of a month ago: providers repeat for days at most."""
        async with self._units.write() as work:
            return await work.payments.forget_events(self._clock.now() - _EVENTS_KEPT)

    async def _begun(
        self, actor: Actor, invoice_id: InvoiceId, order: PayOrder, command: PaymentId
    ) -> Payment:
        try:
            return await self._start.of_invoice(actor, invoice_id, order, command)
        except PaymentUnderWay:
            # What only waits for the payer makes room for the new attempt.
            if not await self._make_room(invoice_id):
                raise
        return await self._start.of_invoice(actor, invoice_id, order, command)

    async def _make_room(self, invoice_id: InvoiceId) -> bool:
        async with self._units.read() as work:
            payments = await work.payments.of_invoice(invoice_id)
        waiting = [item for item in payments if _waits_for_payer(item)]
        for payment in waiting:
            await self._follow_up(await self._charging.cancel(payment.id))
        return bool(waiting)

    async def _driven(self, payment: Payment) -> PaymentView:
        if payment.state.is_open:
            payment = await self._forward(payment)
        else:
            await self._follow_up(payment)
        if payment.state is PaymentState.FAILED:
            failure = payment.failure
            raise CardDeclined(payment.id, failure.message if failure is not None else "")
        return await self._view(payment)

    async def _forward(self, payment: Payment) -> Payment:
        payment = await self._charging.run(payment.id)
        await self._follow_up(payment)
        return payment

    async def _follow_up(self, payment: Payment) -> None:
        """What a committed outcome causes; whatever fails here is left to sweepers."""
        await self._refunding.try_payment(payment)
        if payment.invoice_id is not None and not payment.state.is_open:
            await self._saga.advance_invoice(payment.invoice_id)

    async def _refund_told(self, refund_id: RefundId) -> None:
        async with self._units.read() as work:
            refund = await work.refunds.get(refund_id)
        if refund is not None:
            await self._refunding.run(refund_id)

    async def _told_of(
        self, method: PaymentMethod, payment_id: PaymentId | None, reference: str | None
    ) -> Payment | None:
        async with self._units.read() as work:
            if payment_id is not None:
                payment = await work.payments.get(payment_id)
            elif reference is not None:
                payment = await work.payments.find_by_reference(method, reference)
            else:
                payment = None
        return payment if payment is not None and payment.method is method else None

    def _arrived(self, payment: Payment, amount: Decimal | None) -> Money:
        if amount is None:
            return payment.amount
        arrived = read_amount("amount", amount, payment.amount.currency)
        if not 0 < arrived.minor <= payment.amount.minor:
            words = f"More than 0, at most {payment.amount.to_wire()}."
            raise ValidationFailed(fields=[FieldError("amount", "out_of_range", words)])
        return arrived

    async def _changed(self, seen: Payment, amount: Money, note: str) -> Payment:
        async with self._units.write() as work:
            payment = await work.payments.lock(seen.id)
            if payment is None or payment.version != seen.version:
                raise PaymentTransition("Somebody else changed it at the same moment. Look again.")
            words = f"{payment.description}: {note}"[:200] if note else payment.description
            return await work.payments.put(replace(payment, amount=amount, description=words))

    async def _known(self, payment_id: PaymentId) -> Payment | None:
        async with self._units.read() as work:
            return await work.payments.get(payment_id)

    async def _visible(self, actor: Actor, payment_id: PaymentId) -> Payment:
        payment = await self._known(payment_id)
        if payment is None or not _may_see(actor, payment):
            raise PaymentNotFound
        return payment

    async def _view(self, payment: Payment) -> PaymentView:
        return (await self._views([payment]))[0]

    async def _views(self, payments: Sequence[Payment]) -> list[PaymentView]:
        invoice_ids = {item.invoice_id for item in payments if item.invoice_id is not None}
        async with self._units.read() as work:
            numbers = await work.payments.numbers(invoice_ids)
            words = await _transfer_words(work, payments)
        names = await self._people.names({item.customer_id for item in payments})
        return [
            PaymentView(
                payment=_worded(item, words),
                customer_name=names.get(item.customer_id, ""),
                invoice_number=numbers.get(item.invoice_id or ""),
            )
            for item in payments
        ]


async def _transfer_words(work: SettlementWork, payments: Sequence[Payment]) -> str:
    if not any(isinstance(item.next_action, Instructions) for item in payments):
        return ""
    switch = (await work.payments.switches()).get(PaymentMethod.MANUAL)
    if switch is not None and switch.instructions:
        return switch.instructions
    return (await work.seller.current()).seller.bank_details


def _worded(payment: Payment, words: str) -> Payment:
    action = payment.next_action
    if not isinstance(action, Instructions) or action.text:
        return payment
    return replace(payment, next_action=Instructions(words, action.reference))


async def _manages(work: SettlementWork, actor: Actor, invoice_id: str | None) -> bool:
    """Whoever manages an invoice sees how it was paid."""
    if invoice_id is None or not actor.may_host:
        return False
    invoice = await work.invoices.get(InvoiceId(invoice_id))
    return invoice is not None and invoice.is_managed_by(actor)


def _may_see(actor: Actor, payment: Payment) -> bool:
    return actor.is_admin or payment.customer_id == actor.user_id


def _waits_for_payer(payment: Payment) -> bool:
    is_transfer = payment.method is PaymentMethod.MANUAL and payment.state.is_open
    return is_transfer or payment.state is PaymentState.REQUIRES_ACTION
