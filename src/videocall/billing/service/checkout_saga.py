"""Checkouts as a saga: each state knows its next step, and every step may be repeated.

started: reserve the pieces, write and open the invoice. reserved: wait for the money; paid in
time, the pieces are taken. closing: stop payments under way, then void the invoice and free the
pieces. Money wins over time: whoever paid gets the pieces, and if they went to somebody else in
between, all of the money back with a credit note.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from videocall.billing import events
from videocall.billing.errors import ProviderUnavailable
from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.checkouts import Checkout, CheckoutId, CheckoutState
from videocall.billing.model.credit_note import CreditNoteId, NewCredit
from videocall.billing.model.invoice import Invoice, InvoiceId, NewInvoice
from videocall.billing.model.payments import pause
from videocall.billing.model.refunds import RefundTarget
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.service.charging import Charging
from videocall.billing.service.checkout_pricing import CheckoutPricing
from videocall.billing.service.crediting import CreditBook
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.leases import BATCH, LEASE
from videocall.billing.service.refunding import Refunding
from videocall.core.clock import Clock
from videocall.core.errors import DomainError, Kind
from videocall.core.ids import Ids
from videocall.core.logs import get_logger
from videocall.products.errors import (
    OutOfStock,
    ProductNotForSale,
    ProductNotFound,
    ReservationTaken,
)
from videocall.products.interfaces import Stock
from videocall.products.model.products import ProductId
from videocall.products.model.stock import StockLine

_LOG = get_logger(__name__)

_MOST_STEPS = 8
GRACE = timedelta(minutes=5)
"""Pieces stay reserved a little longer than the checkout: closing takes its time."""

_GONE = (OutOfStock, ProductNotFound, ProductNotForSale)
_SOLD_OUT = "Sold out before the payment arrived."
_UNFINISHED = "The purchase was not paid in full in time."


class CheckoutSaga:
    """Brings checkouts forward."""

    def __init__(
        self,
        units: SettlementUnits,
        stock: Stock,
        pricing: CheckoutPricing,
        invoice_book: InvoiceBook,
        credit_book: CreditBook,
        charging: Charging,
        refunding: Refunding,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._units = units
        self._stock = stock
        self._pricing = pricing
        self._invoice_book = invoice_book
        self._credit_book = credit_book
        self._charging = charging
        self._refunding = refunding
        self._ids = ids
        self._clock = clock

    async def advance(self, checkout_id: CheckoutId, draft: NewInvoice | None = None) -> Checkout:
        """Take all steps that can be taken now; raises what stops the first one for good."""
        checkout, invoice = await self._read(checkout_id)
        for _ in range(_MOST_STEPS):
            if not await self._step(checkout, invoice, draft):
                break
            checkout, invoice = await self._read(checkout_id)
        return checkout

    async def advance_invoice(self, invoice_id: str) -> None:
        """The same for the checkout of an invoice, if it has one; failures wait for the sweeper."""
        async with self._units.read() as work:
            checkout = await work.checkouts.of_invoice(invoice_id)
        if checkout is not None and checkout.next_at is not None:
            await self._tried(checkout.id)

    async def sweep(self) -> int:
        """Look after checkouts that are due, a batch of them; how many."""
        now = self._clock.now()
        async with self._units.write() as work:
            due = await work.checkouts.claim(now, now + LEASE, BATCH)
        await asyncio.gather(*(self._tried(checkout_id) for checkout_id in due))
        return len(due)

    async def close(self, checkout_id: CheckoutId, goal: CheckoutState) -> bool:
        """Begin to close a checkout that waits for money; False when it does not wait."""
        async with self._units.write() as work:
            checkout, invoice = await _locked(work, checkout_id)
            if checkout.state is not CheckoutState.RESERVED or _is_paid(invoice):
                return False
            closing = replace(checkout.moved(CheckoutState.CLOSING), closing_as=goal)
            await self._put(work, replace(closing, next_at=self._clock.now() + LEASE))
        return True

    async def _read(self, checkout_id: CheckoutId) -> tuple[Checkout, Invoice | None]:
        async with self._units.read() as work:
            checkout = await work.checkouts.get(checkout_id)
            if checkout is None:
                raise LookupError(checkout_id)
            return checkout, await work.invoices.get(InvoiceId(checkout.invoice_id))

    async def _tried(self, checkout_id: CheckoutId) -> None:
        try:
            await self.advance(checkout_id)
        except DomainError as error:
            async with self._units.write() as work:
                checkout = await work.checkouts.lock(checkout_id)
                if checkout is not None and checkout.next_at is not None:
                    await work.checkouts.put(self._later(checkout))
            _LOG.warning("checkout not finished yet", checkout_id=checkout_id, reason=error.code)

    async def _step(
        self, checkout: Checkout, invoice: Invoice | None, draft: NewInvoice | None
    ) -> bool:
        """One step; False when nothing more can be done now."""
        if checkout.state is CheckoutState.STARTED:
            await self._begin(checkout, draft)
            return True
        if checkout.state.is_living and _is_paid(invoice):
            await self._take(checkout)
            return True
        if checkout.state is CheckoutState.RESERVED:
            return await self._wait(checkout)
        if checkout.state is CheckoutState.CLOSING:
            return await self._close(checkout)
        if checkout.next_at is not None:
            await self._free(checkout)
        return False

    async def _begin(self, checkout: Checkout, draft: NewInvoice | None) -> None:
        try:
            if draft is None:
                draft = await self._pricing.draft(checkout)
            until = checkout.expires_at + GRACE
            await self._stock.reserve(checkout.stock_key, _lines(checkout), until)
            await self._open(checkout, draft)
        except DomainError as error:
            if error.kind is Kind.UNAVAILABLE:
                raise
            await self._fail(checkout, may_hold_stock=not isinstance(error, _GONE))
            raise

    async def _open(self, checkout: Checkout, draft: NewInvoice) -> None:
        async with self._units.write() as work:
            now_there = await work.checkouts.lock(checkout.id)
            if now_there is None or now_there.state is not CheckoutState.STARTED:
                return
            invoice_id, customer = InvoiceId(checkout.invoice_id), checkout.customer_id
            await self._invoice_book.new(work, draft, invoice_id, customer)
            opened = await self._invoice_book.open(work, invoice_id, customer, None)
            reserved = replace(now_there.moved(CheckoutState.RESERVED), next_at=checkout.expires_at)
            await self._put(work, reserved)
            await self._credit_book.selling.changed(work, opened)

    async def _fail(self, checkout: Checkout, *, may_hold_stock: bool) -> None:
        next_at = self._clock.now() if may_hold_stock else None
        async with self._units.write() as work:
            now_there = await work.checkouts.lock(checkout.id)
            if now_there is not None and now_there.state is CheckoutState.STARTED:
                failed = now_there.moved(CheckoutState.FAILED)
                await self._put(work, replace(failed, next_at=next_at))

    async def _take(self, checkout: Checkout) -> None:
        try:
            await self._stock.take(checkout.stock_key)
        except _GONE:
            await self._refund(checkout, _SOLD_OUT)
            return
        async with self._units.write() as work:
            now_there, _ = await _locked(work, checkout.id)
            if now_there.state.is_living:
                paid = now_there.moved(CheckoutState.PAID)
                await self._put(work, replace(paid, next_at=None))

    async def _wait(self, checkout: Checkout) -> bool:
        now = self._clock.now()
        if now >= checkout.expires_at:
            await self.close(checkout.id, CheckoutState.EXPIRED)
            return True
        if checkout.next_at is not None and checkout.next_at < checkout.expires_at:
            # Its time became longer: a bank transfer was begun.
            until = checkout.expires_at + GRACE
            await self._stock.reserve(checkout.stock_key, _lines(checkout), until)
            await self._sleep(checkout.id, CheckoutState.RESERVED, checkout.expires_at)
        return False

    async def _close(self, checkout: Checkout) -> bool:
        async with self._units.read() as work:
            payments = await work.payments.of_invoice(checkout.invoice_id)
        open_ones = [item for item in payments if item.state.is_open]
        left = [await self._charging.cancel(item.id) for item in open_ones]
        if any(item.state.is_open for item in left):
            # A provider that can't stop any more: what it decides counts.
            raise ProviderUnavailable
        async with self._units.write() as work:
            now_there, invoice = await _locked(work, checkout.id)
            if now_there.state is not CheckoutState.CLOSING or invoice is None:
                return True
            if _is_paid(invoice):
                return True
            standing = invoice.standing
            if standing.paid.minor == standing.refunded.minor:
                await self._invoice_book.void(work, invoice.id, _UNFINISHED, None)
                goal = now_there.closing_as or CheckoutState.EXPIRED
                await self._put(work, self._free_next(now_there.moved(goal)))
                return True
        await self._refund(checkout, _UNFINISHED)
        return True

    async def _refund(self, checkout: Checkout, reason: str) -> None:
        credit = NewCredit(reason=reason, refund=RefundTarget.ORIGINAL)
        async with self._units.write() as work:
            now_there, invoice = await _locked(work, checkout.id)
            if not now_there.state.is_living or invoice is None:
                return
            note_id = CreditNoteId(self._ids.new())
            await self._credit_book.credit(work, invoice.id, credit, note_id, None)
            await self._put(work, self._free_next(now_there.moved(CheckoutState.REFUNDED)))

    async def _free(self, checkout: Checkout) -> None:
        try:
            await self._stock.release(checkout.stock_key)
        except ReservationTaken:
            _LOG.error("a closed checkout has taken its pieces", checkout_id=checkout.id)
        if checkout.state is CheckoutState.REFUNDED:
            async with self._units.read() as work:
                refunds = await work.refunds.of_invoice(checkout.invoice_id)
            await self._refunding.try_all(refunds)
        await self._sleep(checkout.id, checkout.state, None)

    async def _sleep(
        self, checkout_id: CheckoutId, state: CheckoutState, until: datetime | None
    ) -> None:
        async with self._units.write() as work:
            checkout = await work.checkouts.lock(checkout_id)
            if checkout is not None and checkout.state is state:
                await work.checkouts.put(replace(checkout, next_at=until, attempts=0))

    def _free_next(self, checkout: Checkout) -> Checkout:
        return replace(checkout, next_at=self._clock.now() + LEASE)

    def _later(self, checkout: Checkout) -> Checkout:
        next_at = self._clock.now() + min(pause(checkout.attempts), timedelta(seconds=60))
        return replace(checkout, attempts=checkout.attempts + 1, next_at=next_at)

    async def _put(self, work: SettlementWork, checkout: Checkout) -> None:
        await work.checkouts.put(checkout)
        told = [events.checkout_moved(checkout)]
        work.events.append(events.checkout_stream(checkout.id), None, told, None)


async def _locked(work: SettlementWork, checkout_id: CheckoutId) -> tuple[Checkout, Invoice | None]:
    seen = await work.checkouts.get(checkout_id)
    if seen is None:
        raise LookupError(checkout_id)
    invoice = await work.invoices.lock(InvoiceId(seen.invoice_id))
    checkout = await work.checkouts.lock(checkout_id)
    return checkout or seen, invoice


def _is_paid(invoice: Invoice | None) -> bool:
    return invoice is not None and invoice.status is InvoiceStatus.PAID


def _lines(checkout: Checkout) -> list[StockLine]:
    return [StockLine(ProductId(item.product_id), item.quantity) for item in checkout.items]
