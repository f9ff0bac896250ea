"""Stock around invoices: goods are taken when one opens, and return when it is void or credited.

What is to be done is written down first, so that a crash in between is mended by a sweeper.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from videocall.billing.interfaces.settlement import SettlementUnits, SettlementWork
from videocall.billing.model.checkouts import Item, stock_key
from videocall.billing.model.credit_note import CreditNote
from videocall.billing.model.invoice import Invoice, InvoiceId, InvoiceSource
from videocall.billing.model.payments import pause
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.model.stock_tasks import StockTask, StockTaskKind
from videocall.billing.service.leases import BATCH, LEASE
from videocall.billing.service.selling import Selling
from videocall.core.clock import Clock
from videocall.core.errors import DomainError, Kind
from videocall.core.logs import get_logger
from videocall.products.errors import ReservationNotFound
from videocall.products.interfaces import Stock
from videocall.products.model.products import ProductId
from videocall.products.model.stock import StockLine

_LOG = get_logger(__name__)

_RESERVED_FOR = timedelta(minutes=10)
_MOST_ATTEMPTS = 20


class InvoiceStock:
    """The hooks of invoices that people write by hand, and returns of all invoices."""

    def __init__(
        self, units: SettlementUnits, stock: Stock, selling: Selling, clock: Clock
    ) -> None:
        self._units = units
        self._stock = stock
        self._selling = selling
        self._clock = clock

    async def before_open(self, invoice: Invoice) -> None:
        """Reserve the goods on it; raises OutOfStock and what else the stock says."""
        items = pieces_of(invoice)
        if not items:
            return
        now = self._clock.now()
        task = StockTask(
            _take_id(invoice.id), invoice.id, StockTaskKind.TAKE, items, now, now + LEASE
        )
        async with self._units.write() as work:
            if not await work.stock_tasks.add(task):
                await work.stock_tasks.put(task)
        await self._stock.reserve(stock_key(invoice.id), _lines(items), now + _RESERVED_FOR)

    async def after_open(self, invoice: Invoice) -> None:
        """It has a number: the goods are taken."""
        await self._tried(_take_id(invoice.id))

    async def after_void(self, invoice: Invoice) -> None:
        """It is void: the goods return."""
        items = pieces_of(invoice)
        if not items or invoice.head.source is InvoiceSource.CHECKOUT:
            return
        task_id = f"void:{invoice.id}"
        async with self._units.write() as work:
            await self.note_return(work, task_id, invoice.id, items)
        await self._tried(task_id)

    async def note_return(
        self, work: SettlementWork, task_id: str, invoice_id: str, items: tuple[Item, ...]
    ) -> None:
        """Write down in this transaction that pieces come back."""
        now = self._clock.now()
        kind = StockTaskKind.RETURN
        await work.stock_tasks.add(StockTask(task_id, invoice_id, kind, items, now, now + LEASE))

    async def run(self, task_id: str) -> None:
        """Do what is written down; what fails is left to the sweeper."""
        await self._tried(task_id)

    async def sweep(self) -> int:
        """Do what is due, a batch of it; how many."""
        now = self._clock.now()
        async with self._units.write() as work:
            due = await work.stock_tasks.claim(now, now + LEASE, BATCH)
        await asyncio.gather(*(self._tried(task_id) for task_id in due))
        return len(due)

    async def _tried(self, task_id: str) -> None:
        async with self._units.read() as work:
            task = await work.stock_tasks.get(task_id)
            invoice = (
                await work.invoices.get(InvoiceId(task.invoice_id)) if task is not None else None
            )
        if task is None or task.next_at is None:
            return
        try:
            is_done = await self._do(task, invoice)
        except DomainError as error:
            await self._failed(task, error)
            return
        if is_done:
            async with self._units.write() as work:
                await work.stock_tasks.drop(task.id)

    async def _do(self, task: StockTask, invoice: Invoice | None) -> bool:
        key = stock_key(task.invoice_id)
        if task.kind is StockTaskKind.RETURN:
            try:
                await self._stock.give_back(key, _lines(task.items), task.id)
            except ReservationNotFound:
                _LOG.info("nothing was taken, so nothing returns", invoice_id=task.invoice_id)
            return True
        if invoice is None:
            await self._stock.release(key)
            return True
        if invoice.status is InvoiceStatus.DRAFT:
            # It is being opened now, or the opening failed.
            if self._clock.now() - task.created_at < _RESERVED_FOR:
                await self._postpone(task, None)
                return False
            await self._stock.release(key)
            return True
        await self._stock.take(key)
        if invoice.status is InvoiceStatus.PAID:  # nothing was due: no payment will come
            async with self._units.write() as work:
                locked = await work.invoices.lock(invoice.id)
                if locked is not None:
                    await self._selling.changed(work, locked)
        return True

    async def _failed(self, task: StockTask, error: DomainError) -> None:
        is_final = error.kind is not Kind.UNAVAILABLE and task.attempts >= _MOST_ATTEMPTS
        _LOG.warning("stock is not settled yet", task_id=task.id, reason=error.code)
        await self._postpone(replace(task, next_at=None) if is_final else task, error.code)

    async def _postpone(self, task: StockTask, failure: str | None) -> None:
        is_over = task.next_at is None
        next_at = None if is_over else self._clock.now() + pause(task.attempts)
        later = replace(task, attempts=task.attempts + 1, failure=failure, next_at=next_at)
        async with self._units.write() as work:
            await work.stock_tasks.put(later)


def pieces_of(invoice: Invoice) -> tuple[Item, ...]:
    """The products on an invoice, whole pieces of each."""
    return _added_up((line.item.product_id, line.item.quantity) for line in invoice.lines)


def returned_by(note: CreditNote) -> tuple[Item, ...]:
    """The pieces that a credit note brings back."""
    return _added_up((line.product_id, line.quantity or Decimal(0)) for line in note.lines)


def _added_up(pieces: Iterable[tuple[str | None, Decimal]]) -> tuple[Item, ...]:
    sums: dict[str, Decimal] = {}
    for product_id, quantity in pieces:
        if product_id is not None:
            sums[product_id] = sums.get(product_id, Decimal(0)) + quantity
    # Parts of a piece (hours, metres) are not counted by the stock.
    return tuple(
        Item(product_id, int(quantity))
        for product_id, quantity in sorted(sums.items())
        if quantity == int(quantity) and quantity > 0
    )


def _take_id(invoice_id: str) -> str:
    return f"take:{invoice_id}"


def _lines(items: tuple[Item, ...]) -> list[StockLine]:
    return [StockLine(ProductId(item.product_id), item.quantity) for item in items]
