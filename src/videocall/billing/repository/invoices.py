"""Invoices in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.interfaces.invoices import InvoiceFilter, ListedInvoice
from videocall.billing.model.invoice import Invoice, InvoiceHead, InvoiceId
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.repository.invoice_lists import (
    invoices_page,
)
from videocall.billing.repository.invoice_rows import (
    by_line,
    head_row,
    host_rows,
    line_rows,
    read_head,
    read_line,
)
from videocall.billing.repository.numbers_taken import number_taken
from videocall.billing.tables.invoices import (
    invoice_hosts,
    invoice_line_taxes,
    invoice_lines,
    invoices,
)
from videocall.core.access import UserId
from videocall.core.paging import ListRequest


class SqlInvoiceRepository:
    """Invoices with their lines, and the rows by which hosts find them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, invoice: Invoice) -> None:
        await self._connection.execute(insert(invoices).values(**head_row(invoice.head)))
        await self._add_lines(invoice)

    async def get(self, invoice_id: InvoiceId) -> Invoice | None:
        return await self._one(select(invoices).where(invoices.c.id == invoice_id))

    async def many(self, ids: Collection[InvoiceId]) -> Mapping[InvoiceId, Invoice]:
        if not ids:
            return {}
        rows = await self._connection.execute(select(invoices).where(invoices.c.id.in_(ids)))
        return {item.id: item for item in await self._whole(rows.mappings().all())}

    async def lock(self, invoice_id: InvoiceId) -> Invoice | None:
        return await self._one(
            select(invoices).where(invoices.c.id == invoice_id).with_for_update()
        )

    async def put(self, head: InvoiceHead) -> None:
        values = head_row(head)
        if head.status is not InvoiceStatus.OPEN:
            values["next_reminder_at"] = None
        with number_taken():
            await self._connection.execute(
                update(invoices).where(invoices.c.id == head.id).values(**values)
            )
        await self._connection.execute(
            update(invoice_hosts).where(invoice_hosts.c.id == head.id).values(**head_row(head))
        )

    async def put_lines(self, invoice: Invoice) -> None:
        key = invoice_lines.c.invoice_id == invoice.id
        await self._connection.execute(delete(invoice_lines).where(key))
        await self._connection.execute(
            delete(invoice_hosts).where(invoice_hosts.c.id == invoice.id)
        )
        await self._add_lines(invoice)

    async def delete(self, invoice_id: InvoiceId) -> None:
        await self._connection.execute(delete(invoices).where(invoices.c.id == invoice_id))

    async def listed(
        self,
        wanted: InvoiceFilter,
        request: ListRequest,
        *,
        customer_id: UserId | None,
        host_id: UserId | None,
        now: datetime,
    ) -> Sequence[ListedInvoice]:
        query = invoices_page(wanted, request, customer_id, host_id, now)
        rows = (await self._connection.execute(query)).mappings()
        return [ListedInvoice(read_head(row), bool(row.get("manages", False))) for row in rows]

    async def any_reminder_due(self, now: datetime) -> bool:
        query = select(invoices.c.id).where(invoices.c.next_reminder_at <= now).limit(1)
        return await self._connection.scalar(query) is not None

    async def due_reminders(self, now: datetime, limit: int) -> Sequence[InvoiceHead]:
        query = (
            select(invoices)
            .where(invoices.c.next_reminder_at <= now)
            .order_by(invoices.c.next_reminder_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [read_head(row) for row in (await self._connection.execute(query)).mappings()]

    async def reminded(self, invoice_id: InvoiceId, count: int, next_at: datetime | None) -> None:
        await self._connection.execute(
            update(invoices)
            .where(invoices.c.id == invoice_id)
            .values(reminders=count, next_reminder_at=next_at)
        )

    async def reminders(self, invoice_id: InvoiceId) -> int:
        query = select(invoices.c.reminders).where(invoices.c.id == invoice_id)
        return int(await self._connection.scalar(query) or 0)

    async def _add_lines(self, invoice: Invoice) -> None:
        lines, taxes = line_rows(invoice)
        if lines:
            await self._connection.execute(insert(invoice_lines), lines)
        if taxes:
            await self._connection.execute(insert(invoice_line_taxes), taxes)
        hosts = host_rows(invoice)
        if hosts:
            await self._connection.execute(insert(invoice_hosts), hosts)

    async def _one(self, query: Select[tuple[object, ...]]) -> Invoice | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return (await self._whole([row]))[0] if row is not None else None

    async def _whole(self, rows: Sequence[RowMapping]) -> Sequence[Invoice]:
        heads = [read_head(row) for row in rows]
        ids = [head.id for head in heads]
        taxes = (
            select(invoice_line_taxes)
            .join(invoice_lines, invoice_lines.c.id == invoice_line_taxes.c.line_id)
            .where(invoice_lines.c.invoice_id.in_(ids))
            .order_by(invoice_line_taxes.c.position)
        )
        lines = (
            select(invoice_lines)
            .where(invoice_lines.c.invoice_id.in_(ids))
            .order_by(invoice_lines.c.position)
        )
        taxed = by_line((await self._connection.execute(taxes)).mappings())
        found: dict[str, list[RowMapping]] = {}
        for line in (await self._connection.execute(lines)).mappings():
            found.setdefault(line["invoice_id"], []).append(line)
        return [
            Invoice(
                head,
                tuple(
                    read_line(line, taxed.get(line["id"], ()), head.currency)
                    for line in found.get(head.id, ())
                ),
            )
            for head in heads
        ]
