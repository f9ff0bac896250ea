"""Reminders: finds open invoices whose day has come and writes one letter for each, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from videocall.billing import events
from videocall.billing.interfaces.documents import DocumentMail, LetterRows
from videocall.billing.interfaces.invoices import EventAppender, InvoiceRepository
from videocall.billing.interfaces.seller import SellerRepository
from videocall.billing.model.documents import LetterKind, NewLetter
from videocall.billing.model.invoice import InvoiceHead
from videocall.billing.service.invoice_book import next_reminder
from videocall.core.clock import Clock
from videocall.core.db.work import UnitsOfWork

BATCH = 50


class ReminderWork(Protocol):
    """A billing transaction, as far as reminders go."""

    @property
    def invoices(self) -> InvoiceRepository: ...

    @property
    def seller(self) -> SellerRepository: ...

    @property
    def messages(self) -> LetterRows: ...

    @property
    def events(self) -> EventAppender: ...


class Reminders:
    """Safe to run in several processes: a row is locked, counted on and told in one transaction."""

    def __init__(self, units: UnitsOfWork[ReminderWork], mail: DocumentMail, clock: Clock) -> None:
        self._units = units
        self._mail = mail
        self._clock = clock

    async def sweep(self) -> int:
        """Write the letters that are due, a batch of them; how many."""
        now = self._clock.now()
        async with self._units.read() as work:
            if not await work.invoices.any_reminder_due(now):
                return 0
        async with self._units.write() as work:
            found = await work.invoices.due_reminders(now, BATCH)
            days = (await work.seller.current()).seller.reminder_days
            for head in found:
                await self._remind(work, head, days, now)
        return len(found)

    async def _remind(
        self, work: ReminderWork, head: InvoiceHead, days: tuple[int, ...], now: datetime
    ) -> None:
        count = await work.invoices.reminders(head.id)
        # After a long silence one letter stands for all whose day has passed.
        step = max(count + 1, _passed(head, days, now))
        letter = NewLetter(
            f"reminder:{head.id}:{step}", LetterKind.REMINDER, head.id, head.customer.id, step
        )
        await self._mail.write(work, letter)
        await work.invoices.reminded(head.id, step, next_reminder(head.due_at, days, step, now))
        told = [events.invoice_reminded(head.id, step)]
        work.events.append(events.invoice_stream(head.id), None, told, None)


def _passed(head: InvoiceHead, days: tuple[int, ...], now: datetime) -> int:
    if head.due_at is None:
        return 0
    return sum(1 for day in days if head.due_at + timedelta(days=day) <= now)
