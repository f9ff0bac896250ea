"""Lists of invoices in SQL; docs/billing.md says which index is behind which filter."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from videocall.billing.interfaces.invoices import InvoiceFilter
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.tables.invoices import invoice_hosts, invoices
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.paging import ListRequest

_KEYS = {"-created_at": None, "-issued_at": "dated_at", "due_at": "due_at", "-number": "number"}
_AFTER_ALL = "\U0010ffff"


def invoices_page(
    wanted: InvoiceFilter,
    request: ListRequest,
    customer_id: UserId | None,
    host_id: UserId | None,
    now: datetime,
) -> Select[Any]:
    """A page of a host's invoices, of a customer's (without drafts), or of all."""
    table = invoices if host_id is None else invoice_hosts
    query = select(table)
    if host_id is not None:
        query = query.where(table.c.host_id == host_id)
    if customer_id is not None:
        query = query.where(
            table.c.customer_id == customer_id, table.c.status != InvoiceStatus.DRAFT.value
        )
    key = _KEYS[request.sort.name]
    if key == "due_at":
        query = query.where(table.c.due_at.is_not(None))
    query = query.where(*_conditions(table, wanted, now))
    return page_rows(query, request, None if key is None else table.c[key], table.c.id)


def _conditions(table: Table, wanted: InvoiceFilter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        found.append(table.c.status == wanted.status.value)
    if wanted.customer_id is not None:
        found.append(table.c.customer_id == wanted.customer_id)
    if wanted.number:
        found += [table.c.number >= wanted.number, table.c.number < wanted.number + _AFTER_ALL]
    if wanted.overdue is True:
        found += [table.c.status == InvoiceStatus.OPEN.value, table.c.due_at < now]
    if wanted.overdue is False:
        found.append((table.c.status != InvoiceStatus.OPEN.value) | (table.c.due_at >= now))
    if wanted.issued_from is not None or wanted.issued_to is not None:
        found.append(table.c.status != InvoiceStatus.DRAFT.value)
    if wanted.issued_from is not None:
        start = datetime.combine(wanted.issued_from, time(), UTC)
        found.append(table.c.dated_at >= start)
    if wanted.issued_to is not None:
        end = datetime.combine(wanted.issued_to, time(), UTC) + timedelta(days=1)
        found.append(table.c.dated_at < end)
    return found
