"""Compares our payments and refunds with the books of the test provider, id by id."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.billing.adapters.test_provider import LedgerEntry, TestProvider
from videocall.billing.model.charges import ChargeStatus, RefundStatus
from videocall.billing.tables.payments import payments, refunds

Difference: TypeAlias = tuple[str, str]
"""Which payment, and what is wrong with it."""

_STATES = {
    ChargeStatus.PENDING: {"pending", "requires_action"},
    ChargeStatus.REQUIRES_ACTION: {"requires_action", "pending"},
    ChargeStatus.SUCCEEDED: {"succeeded"},
    ChargeStatus.FAILED: {"failed"},
    ChargeStatus.CANCELLED: {"cancelled"},
    ChargeStatus.DISPUTED: {"disputed"},
    ChargeStatus.DISPUTE_WON: {"succeeded"},
    ChargeStatus.DISPUTE_LOST: {"disputed"},
}
_UNCHARGED = frozenset({"failed", "cancelled"})
"""Payments that the provider may never have heard of."""


async def provider_differences(
    engine: AsyncEngine, provider: TestProvider
) -> AsyncIterator[Difference]:
    """Both sides walk in the order of ids, so neither is ever held as a whole."""
    async with engine.connect() as connection:
        rows = await connection.stream(
            select(payments).where(payments.c.method == "test").order_by(payments.c.id)
        )
        ours = rows.mappings()
        row = await ours.fetchone()
        async for entry in provider.entries():
            while row is not None and row["id"] < entry.payment_id:
                for found in _without_charge(row):
                    yield found
                row = await ours.fetchone()
            if row is None or row["id"] != entry.payment_id:
                yield entry.payment_id, f"charged {entry.state.charged.to_wire()}, no payment here"
                continue
            for found in _charge(row, entry):
                yield found
            async for found in _refunds(engine, entry):
                yield found
            row = await ours.fetchone()
        while row is not None:
            for found in _without_charge(row):
                yield found
            row = await ours.fetchone()


def _without_charge(row: RowMapping) -> Iterator[Difference]:
    if row["state"] not in _UNCHARGED:
        yield row["id"], f"{row['state']} here, unknown to the provider"


def _charge(row: RowMapping, entry: LedgerEntry) -> Iterator[Difference]:
    state, charged = entry.state, entry.state.charged
    if row["state"] not in _STATES[state.status]:
        yield row["id"], f"{row['state']} here, {state.status.value} at the provider"
    if charged.minor and (charged.minor, charged.currency) != (row["amount"], row["currency"]):
        yield row["id"], f"{row['amount']} here, {charged.minor} at the provider"


async def _refunds(engine: AsyncEngine, entry: LedgerEntry) -> AsyncIterator[Difference]:
    query = select(refunds).where(
        refunds.c.payment_id == entry.payment_id, refunds.c.method == "test"
    )
    async with engine.connect() as connection:
        rows = {row["id"]: row for row in (await connection.execute(query)).mappings()}
    told = dict(entry.refunds)
    for refund_id, row in rows.items():
        state = told.pop(refund_id, None)
        if state is None:
            if row["state"] != "failed":
                yield entry.payment_id, f"refund {refund_id} is unknown to the provider"
        elif (state.status.value, state.amount.minor) != (row["state"], row["amount"]):
            here, there = f"{row['state']} {row['amount']}", f"{state.status} {state.amount.minor}"
            yield entry.payment_id, f"refund {refund_id}: {here} here, {there} at the provider"
    for refund_id, state in told.items():
        if state.status is not RefundStatus.FAILED:
            yield entry.payment_id, f"refund {refund_id} of the provider is not here"
