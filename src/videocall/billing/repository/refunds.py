"""Refunds in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.charges import Failure, PaymentId, PaymentMethod, RefundId
from videocall.billing.model.refunds import Refund, RefundCause, RefundState
from videocall.billing.repository.claiming import claim_due
from videocall.billing.tables.payments import refunds
from videocall.core.access import UserId
from videocall.core.money import Money


class SqlRefundRepository:
    """Refunds."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, refund: Refund) -> None:
        await self._connection.execute(insert(refunds).values(id=refund.id, **_values(refund)))

    async def get(self, refund_id: RefundId) -> Refund | None:
        query = select(refunds).where(refunds.c.id == refund_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _refund(row) if row is not None else None

    async def lock(self, refund_id: RefundId) -> Refund | None:
        query = select(refunds).where(refunds.c.id == refund_id).with_for_update()
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _refund(row) if row is not None else None

    async def put(self, refund: Refund) -> None:
        await self._connection.execute(
            update(refunds).where(refunds.c.id == refund.id).values(**_values(refund))
        )

    async def of_credit_notes(
        self, credit_note_ids: Collection[str]
    ) -> Mapping[str, Sequence[Refund]]:
        if not credit_note_ids:
            return {}
        query = (
            select(refunds)
            .where(refunds.c.credit_note_id.in_(credit_note_ids))
            .order_by(refunds.c.id)
        )
        found: dict[str, list[Refund]] = {}
        for row in (await self._connection.execute(query)).mappings():
            found.setdefault(row["credit_note_id"], []).append(_refund(row))
        return found

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]:
        query = select(refunds).where(refunds.c.payment_id == payment_id).order_by(refunds.c.id)
        return [_refund(row) for row in (await self._connection.execute(query)).mappings()]

    async def of_invoice(self, invoice_id: str) -> Sequence[Refund]:
        query = select(refunds).where(refunds.c.invoice_id == invoice_id).order_by(refunds.c.id)
        return [_refund(row) for row in (await self._connection.execute(query)).mappings()]

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[RefundId]:
        ids = await claim_due(self._connection, refunds, now, until, limit)
        return [RefundId(item) for item in ids]


def _values(refund: Refund) -> dict[str, object]:
    failure = refund.failure
    return {
        "cause": refund.cause.value,
        "payment_id": refund.payment_id,
        "invoice_id": refund.invoice_id,
        "credit_note_id": refund.credit_note_id,
        "customer_id": refund.customer_id,
        "method": refund.method.value,
        "state": refund.state.value,
        "currency": refund.amount.currency,
        "amount": refund.amount.minor,
        "reason": refund.reason,
        "failure_code": failure.code if failure is not None else None,
        "failure_message": failure.message if failure is not None else None,
        "provider_reference": refund.provider_reference,
        "created_at": refund.created_at,
        "finished_at": refund.finished_at,
        "next_at": refund.next_at,
        "attempts": refund.attempts,
    }


def _refund(row: RowMapping) -> Refund:
    code = row["failure_code"]
    return Refund(
        id=RefundId(row["id"]),
        cause=RefundCause(row["cause"]),
        payment_id=PaymentId(row["payment_id"]),
        invoice_id=row["invoice_id"],
        credit_note_id=row["credit_note_id"],
        customer_id=UserId(row["customer_id"]),
        method=PaymentMethod(row["method"]),
        state=RefundState(row["state"]),
        amount=Money(row["amount"], row["currency"]),
        reason=row["reason"],
        failure=Failure(code, row["failure_message"] or "") if code is not None else None,
        provider_reference=row["provider_reference"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        next_at=row["next_at"],
        attempts=row["attempts"],
    )
