"""Checkouts as people meet them: what it costs, buying, giving up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from videocall.billing import events
from videocall.billing.errors import CheckoutNotFound, CheckoutOver, PriceChanged
from videocall.billing.interfaces.checkouts import CheckoutOrder, CheckoutView
from videocall.billing.interfaces.invoices import InvoiceView
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.checkouts import Checkout, CheckoutId, CheckoutState, Item
from videocall.billing.model.credit_note import CreditNoteHead
from videocall.billing.model.invoice import Invoice, InvoiceId
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.service.checkout_pricing import CheckoutPricing
from videocall.billing.service.checkout_saga import CheckoutSaga
from videocall.billing.service.leases import LEASE
from videocall.core.access import Actor
from videocall.core.amounts import read_amount
from videocall.core.clock import Clock
from videocall.core.ids import Ids
from videocall.core.paging import ListRequest, Page, Position, list_page


class CheckoutService:
    """Checkouts of all customers."""

    def __init__(
        self,
        units: SettlementUnits,
        pricing: CheckoutPricing,
        saga: CheckoutSaga,
        lasts: timedelta,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._units = units
        self._pricing = pricing
        self._saga = saga
        self._lasts = lasts
        self._ids = ids
        self._clock = clock

    async def quote(self, items: Sequence[Item]) -> Invoice:
        return await self._pricing.quote(items)

    async def create(self, actor: Actor, order: CheckoutOrder, command: CheckoutId) -> CheckoutView:
        known = await self._known(command)
        if known is not None:
            if known.customer_id != actor.user_id:
                raise CheckoutNotFound
            checkout = await self._saga.advance(command)
            if checkout.state is CheckoutState.FAILED:
                raise CheckoutOver
            return await self._view(actor, checkout)
        checkout = await self._new(actor, order, command)
        draft = await self._pricing.draft(checkout)  # what is wrong is said before any row exists
        async with self._units.write() as work:
            await work.checkouts.add(checkout)
            told = [events.checkout_moved(checkout)]
            stream = events.checkout_stream(checkout.id)
            work.events.append(stream, None, told, actor.user_id)
        return await self._view(actor, await self._saga.advance(command, draft))

    async def get(self, actor: Actor, checkout_id: CheckoutId) -> CheckoutView:
        return await self._view(actor, await self._visible(actor, checkout_id))

    async def list_checkouts(self, actor: Actor, request: ListRequest) -> Page[CheckoutView]:
        customer = None if actor.is_admin else actor.user_id
        async with self._units.read() as work:
            found = await work.checkouts.listed(customer, request)
            page = list_page(found, [Position(None, item.id) for item in found], request)
            views = await self._seen(work, actor, page.items)
        return Page(views, page.next_cursor, page.page)

    async def cancel(self, actor: Actor, checkout_id: CheckoutId) -> CheckoutView:
        checkout = await self._visible(actor, checkout_id)
        if checkout.state is not CheckoutState.CANCELLED:
            await self._saga.close(checkout_id, CheckoutState.CANCELLED)
            checkout = await self._saga.advance(checkout_id)
        if checkout.state is not CheckoutState.CANCELLED:
            raise CheckoutOver(f"It is {checkout.state.value} already.")
        return await self._view(actor, checkout)

    async def _new(self, actor: Actor, order: CheckoutOrder, command: CheckoutId) -> Checkout:
        now = self._clock.now()
        expected = None
        if order.expected_total is not None:
            total = (await self._pricing.quote(order.items)).head.total
            shown = read_amount("expected_total", order.expected_total, total.currency)
            if shown != total:
                raise PriceChanged(f"It is {total.to_wire()} {total.currency} now.")
            expected = shown.minor
        return Checkout(
            id=command,
            customer_id=actor.user_id,
            invoice_id=self._ids.new(),
            state=CheckoutState.STARTED,
            closing_as=None,
            items=order.items,
            expected=expected,
            language=order.language,
            created_at=now,
            expires_at=now + self._lasts,
            next_at=now + LEASE,
            attempts=0,
        )

    async def _known(self, checkout_id: CheckoutId) -> Checkout | None:
        async with self._units.read() as work:
            return await work.checkouts.get(checkout_id)

    async def _visible(self, actor: Actor, checkout_id: CheckoutId) -> Checkout:
        checkout = await self._known(checkout_id)
        if checkout is None or not (actor.is_admin or checkout.customer_id == actor.user_id):
            raise CheckoutNotFound
        return checkout

    async def _view(self, actor: Actor, checkout: Checkout) -> CheckoutView:
        async with self._units.read() as work:
            return (await self._seen(work, actor, [checkout]))[0]

    async def _seen(
        self, work: SettlementWork, actor: Actor, found: Sequence[Checkout]
    ) -> list[CheckoutView]:
        invoices = await work.invoices.many([InvoiceId(item.invoice_id) for item in found])
        notes = await work.credit_notes.of_invoices(list(invoices))
        return [
            self._with_invoice(actor, item, invoices.get(InvoiceId(item.invoice_id)), notes)
            for item in found
        ]

    def _with_invoice(
        self,
        actor: Actor,
        checkout: Checkout,
        invoice: Invoice | None,
        notes: Mapping[InvoiceId, Sequence[CreditNoteHead]],
    ) -> CheckoutView:
        if invoice is None:
            return CheckoutView(checkout, None)
        view = InvoiceView(
            invoice=invoice,
            credit_notes=notes.get(invoice.id, ()),
            overdue=invoice.head.is_overdue(self._clock.now()),
            can_manage=invoice.is_managed_by(actor),
            can_pay=_can_pay(invoice, checkout),
            shows_email=actor.may_host,
        )
        return CheckoutView(checkout, view)


def _can_pay(invoice: Invoice, checkout: Checkout) -> bool:
    is_waiting = checkout.state is CheckoutState.RESERVED
    return is_waiting and invoice.status is InvoiceStatus.OPEN
