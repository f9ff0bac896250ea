"""Payments, webhooks of providers and the switches of ways to pay, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, Select, Table, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.interfaces.payments import MethodSwitch, PaymentFilter
from videocall.billing.model.charges import (
    ClientSecret,
    Failure,
    Instructions,
    NextAction,
    PaymentId,
    PaymentMethod,
    Redirect,
)
from videocall.billing.model.payments import Payment, PaymentState, Purpose
from videocall.billing.repository.claiming import claim_due
from videocall.billing.tables.invoices import invoices
from videocall.billing.tables.payments import (
    IS_TOP_UP,
    payment_methods,
    payments,
    provider_events,
)
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.money import Money
from videocall.core.paging import ListRequest

_ACTIONS: dict[str, type[Redirect | Instructions | ClientSecret]] = {
    "redirect": Redirect,
    "instructions": Instructions,
    "stripe": ClientSecret,
}


class SqlPaymentRepository:
    """Payments."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payment: Payment) -> bool:
        values = {"id": payment.id, **_values(payment)}
        added = await self._connection.execute(
            self._upsert(payments).values(**values).on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def get(self, payment_id: PaymentId) -> Payment | None:
        return await self._one(select(payments).where(payments.c.id == payment_id))

    async def lock(self, payment_id: PaymentId) -> Payment | None:
        query = select(payments).where(payments.c.id == payment_id).with_for_update()
        return await self._one(query)

    async def put(self, payment: Payment) -> Payment:
        newer = replace(payment, version=payment.version + 1)
        await self._connection.execute(
            update(payments).where(payments.c.id == payment.id).values(**_values(newer))
        )
        return newer

    async def schedule(self, payment: Payment) -> None:
        await self._connection.execute(
            update(payments)
            .where(payments.c.id == payment.id)
            .values(next_at=payment.next_at, attempts=payment.attempts)
        )

    async def of_invoice(self, invoice_id: str) -> Sequence[Payment]:
        return await self._many(
            select(payments).where(payments.c.invoice_id == invoice_id).order_by(payments.c.id)
        )

    async def find_by_reference(
        self, method: PaymentMethod, provider_reference: str
    ) -> Payment | None:
        query = select(payments).where(
            payments.c.provider_reference == provider_reference, payments.c.method == method.value
        )
        return await self._one(query.limit(1))

    async def listed(self, wanted: PaymentFilter, request: ListRequest) -> Sequence[Payment]:
        query = select(payments)
        if wanted.invoice_id is not None:
            query = query.where(payments.c.invoice_id == wanted.invoice_id)
        if wanted.customer_id is not None:
            query = query.where(payments.c.customer_id == wanted.customer_id)
        if wanted.state is not None:
            query = query.where(payments.c.state == wanted.state.value)
        if wanted.method is not None:
            query = query.where(payments.c.method == wanted.method.value)
        if wanted.purpose is Purpose.TOP_UP:
            query = query.where(text(IS_TOP_UP))
        elif wanted.purpose is not None:
            query = query.where(payments.c.purpose == wanted.purpose.value)
        return await self._many(page_rows(query, request, None, payments.c.id))

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[PaymentId]:
        ids = await claim_due(self._connection, payments, now, until, limit)
        return [PaymentId(item) for item in ids]

    async def note_event(
        self, method: PaymentMethod, event_id: str, kind: str, now: datetime
    ) -> bool:
        new = self._upsert(provider_events).values(
            method=method.value, id=event_id, type=kind[:100], received_at=now
        )
        await self._connection.execute(new.on_conflict_do_nothing())
        query = select(provider_events.c.handled_at).where(
            provider_events.c.method == method.value, provider_events.c.id == event_id
        )
        return await self._connection.scalar(query) is None

    async def handled(self, method: PaymentMethod, event_id: str, now: datetime) -> None:
        await self._connection.execute(
            update(provider_events)
            .where(provider_events.c.method == method.value, provider_events.c.id == event_id)
            .values(handled_at=now)
        )

    async def forget_events(self, before: datetime) -> int:
        gone = await self._connection.execute(
            delete(provider_events).where(provider_events.c.received_at < before)
        )
        return gone.rowcount

    async def switches(self) -> Mapping[PaymentMethod, MethodSwitch]:
        rows = (await self._connection.execute(select(payment_methods))).mappings()
        found = [
            MethodSwitch(PaymentMethod(row["method"]), row["enabled"], row["instructions"])
            for row in rows
        ]
        return {item.method: item for item in found}

    async def put_switch(self, switch: MethodSwitch, now: datetime) -> None:
        values = {
            "enabled": switch.is_enabled,
            "instructions": switch.instructions,
            "updated_at": now,
        }
        new = self._upsert(payment_methods).values(method=switch.method.value, **values)
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["method"], set_=values)
        )

    async def received(self, invoice_id: str) -> Money | None:
        query = (
            select(payments.c.currency, func.sum(payments.c.applied))
            .where(payments.c.invoice_id == invoice_id)
            .group_by(payments.c.currency)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return Money(int(row[1]), row[0]) if row is not None else None

    async def numbers(self, invoice_ids: Collection[str]) -> Mapping[str, str | None]:
        if not invoice_ids:
            return {}
        query = select(invoices.c.id, invoices.c.number).where(invoices.c.id.in_(invoice_ids))
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    def _upsert(self, table: Table) -> SqliteInsert | PostgresInsert:
        is_sqlite = self._connection.dialect.name == "sqlite"
        return insert_sqlite(table) if is_sqlite else insert_postgresql(table)

    async def _one(self, query: Select[tuple[object, ...]]) -> Payment | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _payment(row) if row is not None else None

    async def _many(self, query: Select[tuple[object, ...]]) -> list[Payment]:
        return [_payment(row) for row in (await self._connection.execute(query)).mappings()]


def _values(payment: Payment) -> dict[str, object]:
    failure = payment.failure
    return {
        "purpose": payment.purpose.value,
        "invoice_id": payment.invoice_id,
        "customer_id": payment.customer_id,
        "method": payment.method.value,
        "state": payment.state.value,
        "currency": payment.amount.currency,
        "amount": payment.amount.minor,
        "applied": payment.applied.minor,
        "refunded": payment.refunded.minor,
        "description": payment.description,
        "source": payment.source,
        "return_url": payment.return_url,
        "failure_code": failure.code if failure is not None else None,
        "failure_message": failure.message if failure is not None else None,
        "next_action": _action_row(payment.next_action),
        "provider_reference": payment.provider_reference,
        "created_at": payment.created_at,
        "succeeded_at": payment.succeeded_at,
        "next_at": payment.next_at,
        "attempts": payment.attempts,
        "version": payment.version,
    }


def _payment(row: RowMapping) -> Payment:
    currency = row["currency"]
    code = row["failure_code"]
    return Payment(
        id=PaymentId(row["id"]),
        purpose=Purpose(row["purpose"]),
        invoice_id=row["invoice_id"],
        customer_id=UserId(row["customer_id"]),
        method=PaymentMethod(row["method"]),
        state=PaymentState(row["state"]),
        amount=Money(row["amount"], currency),
        applied=Money(row["applied"], currency),
        refunded=Money(row["refunded"], currency),
        description=row["description"],
        source=row["source"],
        return_url=row["return_url"],
        failure=Failure(code, row["failure_message"] or "") if code is not None else None,
        next_action=_action(row["next_action"]),
        provider_reference=row["provider_reference"],
        created_at=row["created_at"],
        succeeded_at=row["succeeded_at"],
        next_at=row["next_at"],
        attempts=row["attempts"],
        version=row["version"],
    )


def _action_row(action: NextAction | None) -> dict[str, str] | None:
    match action:
        case Redirect(url):
            return {"type": "redirect", "url": url}
        case Instructions(text, reference):
            return {"type": "instructions", "text": text, "reference": reference}
        case ClientSecret(secret, key):
            return {"type": "stripe", "client_secret": secret, "publishable_key": key}
        case None:
            return None


def _action(row: Mapping[str, str] | None) -> NextAction | None:
    if row is None:
        return None
    fields = {key: value for key, value in row.items() if key != "type"}
    return _ACTIONS[row["type"]](**fields)
