"""Credit notes in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.interfaces.credit_notes import CreditNoteFilter
from videocall.billing.model.credit_note import (
    CreditNote,
    CreditNoteHead,
    CreditNoteId,
    CreditNoteLine,
)
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import CustomerDetails, InvoiceId, LineId
from videocall.billing.model.numbering import Number
from videocall.billing.model.refunds import RefundTarget
from videocall.billing.model.tax import Share
from videocall.billing.repository.invoice_rows import THOUSANDTHS, quantity_of, read_tax
from videocall.billing.repository.numbers_taken import number_taken
from videocall.billing.tables.invoices import (
    credit_note_hosts,
    credit_note_line_taxes,
    credit_note_lines,
    credit_notes,
    invoice_line_taxes,
    invoice_lines,
)
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.money import Money
from videocall.core.paging import ListRequest


class SqlCreditNoteRepository:
    """Credit notes, and the rows by which hosts find them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, note: CreditNote) -> None:
        head = _head_row(note)
        await self._connection.execute(insert(credit_notes).values(**head | {"number": None}))
        for position, line in enumerate(note.lines):
            await self._add_line(note.id, position, line)
        owners = (
            select(invoice_lines.c.host_id)
            .distinct()
            .where(
                invoice_lines.c.id.in_([line.line_id for line in note.lines]),
                invoice_lines.c.host_id.is_not(None),
            )
        )
        for (owner,) in (await self._connection.execute(owners)).all():
            await self._connection.execute(insert(credit_note_hosts).values(host_id=owner, **head))
        # From here on the database refuses every change.
        with number_taken():
            await self._connection.execute(
                update(credit_notes)
                .where(credit_notes.c.id == note.id)
                .values(number=note.number.text)
            )

    async def get(self, credit_note_id: CreditNoteId) -> CreditNote | None:
        query = select(credit_notes).where(credit_notes.c.id == credit_note_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        lines = await self._lines(credit_note_lines.c.credit_note_id == credit_note_id)
        return CreditNote(**_head_values(row), lines=tuple(lines))

    async def lines_of_invoice(self, invoice_id: InvoiceId) -> Sequence[CreditNoteLine]:
        return await self._lines(invoice_lines.c.invoice_id == invoice_id)

    async def of_invoice(self, invoice_id: InvoiceId) -> Sequence[CreditNoteHead]:
        query = (
            select(credit_notes)
            .where(credit_notes.c.invoice_id == invoice_id)
            .order_by(credit_notes.c.id)
        )
        return [_head(row) for row in (await self._connection.execute(query)).mappings()]

    async def of_invoices(
        self, ids: Collection[InvoiceId]
    ) -> Mapping[InvoiceId, Sequence[CreditNoteHead]]:
        if not ids:
            return {}
        query = (
            select(credit_notes)
            .where(credit_notes.c.invoice_id.in_(ids))
            .order_by(credit_notes.c.id)
        )
        found: dict[InvoiceId, list[CreditNoteHead]] = {}
        for row in (await self._connection.execute(query)).mappings():
            found.setdefault(InvoiceId(row["invoice_id"]), []).append(_head(row))
        return found

    async def listed(
        self,
        wanted: CreditNoteFilter,
        request: ListRequest,
        *,
        customer_id: UserId | None,
        host_id: UserId | None,
    ) -> Sequence[CreditNoteHead]:
        table: Table = credit_notes if host_id is None else credit_note_hosts
        query = select(table)
        if host_id is not None:
            query = query.where(table.c.host_id == host_id)
        for person in (customer_id, wanted.customer_id):
            if person is not None:
                query = query.where(table.c.customer_id == person)
        if wanted.invoice_id is not None:
            query = query.where(table.c.invoice_id == wanted.invoice_id)
        rows = await self._connection.execute(page_rows(query, request, None, table.c.id))
        return [_head(row) for row in rows.mappings()]

    async def is_sold_by(self, credit_note_id: CreditNoteId, host_id: UserId) -> bool:
        query = select(credit_note_hosts.c.id).where(
            credit_note_hosts.c.host_id == host_id, credit_note_hosts.c.id == credit_note_id
        )
        return await self._connection.scalar(query) is not None

    async def _add_line(
        self, credit_note_id: CreditNoteId, position: int, line: CreditNoteLine
    ) -> None:
        quantity = int(line.quantity * THOUSANDTHS) if line.quantity is not None else None
        await self._connection.execute(
            insert(credit_note_lines).values(
                id=line.id,
                credit_note_id=credit_note_id,
                position=position,
                line_id=line.line_id,
                quantity=quantity,
                net=line.share.net.minor,
            )
        )
        taxes = [
            {"credit_line_id": line.id, "position": place, "amount": part.minor}
            for place, part in enumerate(line.share.taxes)
        ]
        if taxes:
            await self._connection.execute(insert(credit_note_line_taxes), taxes)

    async def _lines(self, where: ColumnElement[bool]) -> list[CreditNoteLine]:
        query = (
            select(
                credit_note_lines,
                invoice_lines.c.description,
                invoice_lines.c.unit_price,
                invoice_lines.c.product_id,
                credit_notes.c.currency,
            )
            .join(invoice_lines, invoice_lines.c.id == credit_note_lines.c.line_id)
            .join(credit_notes, credit_notes.c.id == credit_note_lines.c.credit_note_id)
            .where(where)
            .order_by(credit_note_lines.c.credit_note_id, credit_note_lines.c.position)
        )
        rows = (await self._connection.execute(query)).mappings().all()
        taxes = await self._taxes([row["id"] for row in rows])
        return [_line(row, taxes.get(row["id"], [])) for row in rows]

    async def _taxes(self, line_ids: Sequence[str]) -> dict[str, list[RowMapping]]:
        if not line_ids:
            return {}
        query = (
            select(
                credit_note_line_taxes.c.credit_line_id,
                credit_note_line_taxes.c.amount,
                invoice_line_taxes.c.tax_id,
                invoice_line_taxes.c.name,
                invoice_line_taxes.c.rate,
                invoice_line_taxes.c.inclusive,
            )
            .join(
                credit_note_lines,
                credit_note_lines.c.id == credit_note_line_taxes.c.credit_line_id,
            )
            .join(
                invoice_line_taxes,
                (invoice_line_taxes.c.line_id == credit_note_lines.c.line_id)
                & (invoice_line_taxes.c.position == credit_note_line_taxes.c.position),
            )
            .where(credit_note_line_taxes.c.credit_line_id.in_(line_ids))
            .order_by(credit_note_line_taxes.c.position)
        )
        found: dict[str, list[RowMapping]] = {}
        for row in (await self._connection.execute(query)).mappings():
            found.setdefault(row["credit_line_id"], []).append(row)
        return found


def _head_row(head: CreditNoteHead) -> dict[str, object]:
    return {
        "id": head.id,
        "invoice_id": head.invoice_id,
        "invoice_number": head.invoice_number,
        "number": head.number.text,
        "number_year": head.number.year,
        "number_count": head.number.count,
        "customer_id": head.customer.id,
        "customer_name": head.customer.name,
        "customer_email": head.customer.email,
        "currency": head.currency,
        "language": head.language.value,
        "subtotal": head.subtotal.minor,
        "tax_total": head.tax_total.minor,
        "total": head.total.minor,
        "reason": head.reason,
        "refund": head.refund.value,
        "return_to_stock": head.return_to_stock,
        "seller_id": head.seller_id,
        "created_by": head.created_by,
        "issued_at": head.issued_at,
    }


def _head(row: RowMapping) -> CreditNoteHead:
    return CreditNoteHead(**_head_values(row))


def _head_values(row: RowMapping) -> dict[str, Any]:
    return {
        "id": CreditNoteId(row["id"]),
        "invoice_id": InvoiceId(row["invoice_id"]),
        "invoice_number": row["invoice_number"],
        "number": Number(row["number_year"], row["number_count"], row["number"] or ""),
        "customer": CustomerDetails(
            UserId(row["customer_id"]), row["customer_name"], row["customer_email"]
        ),
        "currency": row["currency"],
        "language": DocumentLanguage(row["language"]),
        "subtotal": Money(row["subtotal"], row["currency"]),
        "tax_total": Money(row["tax_total"], row["currency"]),
        "reason": row["reason"],
        "refund": RefundTarget(row["refund"]),
        "return_to_stock": row["return_to_stock"],
        "seller_id": row["seller_id"],
        "created_by": UserId(row["created_by"]) if row["created_by"] else None,
        "issued_at": row["issued_at"],
    }


def _line(row: RowMapping, taxes: Sequence[RowMapping]) -> CreditNoteLine:
    currency = row["currency"]
    return CreditNoteLine(
        id=row["id"],
        line_id=LineId(row["line_id"]),
        description=row["description"],
        quantity=quantity_of(row["quantity"]) if row["quantity"] is not None else None,
        unit_price=Money(row["unit_price"], currency),
        taxes=tuple(read_tax(tax) for tax in taxes),
        share=Share(
            Money(row["net"], currency), tuple(Money(tax["amount"], currency) for tax in taxes)
        ),
        product_id=row["product_id"],
    )
