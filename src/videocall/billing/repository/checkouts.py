"""Checkouts in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.checkouts import Checkout, CheckoutId, CheckoutState, Item
from videocall.billing.repository.claiming import claim_due
from videocall.billing.tables.payments import checkouts
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.paging import ListRequest


class SqlCheckoutRepository:
    """Checkouts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, checkout: Checkout) -> bool:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(checkouts) if is_sqlite else insert_postgresql(checkouts)
        added = await self._connection.execute(
            new.values(id=checkout.id, **_values(checkout)).on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def get(self, checkout_id: CheckoutId) -> Checkout | None:
        return await self._one(select(checkouts).where(checkouts.c.id == checkout_id))

    async def lock(self, checkout_id: CheckoutId) -> Checkout | None:
        query = select(checkouts).where(checkouts.c.id == checkout_id).with_for_update()
        return await self._one(query)

    async def of_invoice(self, invoice_id: str) -> Checkout | None:
        return await self._one(select(checkouts).where(checkouts.c.invoice_id == invoice_id))

    async def put(self, checkout: Checkout) -> None:
        await self._connection.execute(
            update(checkouts).where(checkouts.c.id == checkout.id).values(**_values(checkout))
        )

    async def wake(self, invoice_id: str, now: datetime) -> CheckoutId | None:
        """Have a living checkout of this invoice looked after at once."""
        query = (
            update(checkouts)
            .where(checkouts.c.invoice_id == invoice_id, checkouts.c.next_at.is_not(None))
            .values(next_at=now)
            .returning(checkouts.c.id)
        )
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return CheckoutId(found) if found is not None else None

    async def listed(self, customer_id: UserId | None, request: ListRequest) -> Sequence[Checkout]:
        query = select(checkouts)
        if customer_id is not None:
            query = query.where(checkouts.c.customer_id == customer_id)
        rows = await self._connection.execute(page_rows(query, request, None, checkouts.c.id))
        return [_checkout(row) for row in rows.mappings()]

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[CheckoutId]:
        ids = await claim_due(self._connection, checkouts, now, until, limit)
        return [CheckoutId(item) for item in ids]

    async def _one(self, query: Select[tuple[object, ...]]) -> Checkout | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _checkout(row) if row is not None else None


def _values(checkout: Checkout) -> dict[str, object]:
    closing_as = checkout.closing_as
    return {
        "customer_id": checkout.customer_id,
        "invoice_id": checkout.invoice_id,
        "state": checkout.state.value,
        "closing_as": closing_as.value if closing_as is not None else None,
        "items": items_row(checkout.items),
        "expected": checkout.expected,
        "language": checkout.language,
        "created_at": checkout.created_at,
        "expires_at": checkout.expires_at,
        "next_at": checkout.next_at,
        "attempts": checkout.attempts,
    }


def _checkout(row: RowMapping) -> Checkout:
    closing_as = row["closing_as"]
    return Checkout(
        id=CheckoutId(row["id"]),
        customer_id=UserId(row["customer_id"]),
        invoice_id=row["invoice_id"],
        state=CheckoutState(row["state"]),
        closing_as=CheckoutState(closing_as) if closing_as is not None else None,
        items=items_of(row["items"]),
        expected=row["expected"],
        language=row["language"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        next_at=row["next_at"],
        attempts=row["attempts"],
    )


def items_row(items: Sequence[Item]) -> list[dict[str, object]]:
    """Items as JSON."""
    return [{"product_id": item.product_id, "quantity": item.quantity} for item in items]


def items_of(rows: Sequence[Mapping[str, object]]) -> tuple[Item, ...]:
    """Items from JSON."""
    return tuple(Item(str(row["product_id"]), int(str(row["quantity"]))) for row in rows)
