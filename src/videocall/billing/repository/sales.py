"""Sales in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from videocall.billing.model.sales import Sale, SalesFilter, SalesSum, SalesSummary
from videocall.billing.tables.invoices import invoices
from videocall.billing.tables.payments import sales
from videocall.core.access import UserId
from videocall.core.db.keyset import page_rows
from videocall.core.money import Money
from videocall.core.paging import ListRequest

_MOST_PRODUCTS = 20


class SqlSalesRepository:
    """Sales."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: Sequence[Sale]) -> None:
        is_sqlite = self._connection.dialect.name == "sqlite"
        for sale in new:
            insert = insert_sqlite(sales) if is_sqlite else insert_postgresql(sales)
            await self._connection.execute(
                insert.values(
                    id=sale.id,
                    invoice_id=sale.invoice_id,
                    product_id=sale.product_id,
                    host_id=sale.host_id,
                    customer_id=sale.customer_id,
                    description=sale.description,
                    quantity=str(sale.quantity),
                    currency=sale.net.currency,
                    net=sale.net.minor,
                    tax=sale.tax.minor,
                    credited=sale.credited.minor,
                    sold_at=sale.sold_at,
                ).on_conflict_do_nothing()
            )

    async def has(self, invoice_id: str) -> bool:
        query = select(sales.c.id).where(sales.c.invoice_id == invoice_id).limit(1)
        return await self._connection.scalar(query) is not None

    async def credit(self, sale_id: str, net: Money) -> None:
        await self._connection.execute(
            update(sales).where(sales.c.id == sale_id).values(credited=sales.c.credited + net.minor)
        )

    async def listed(
        self, wanted: SalesFilter, request: ListRequest
    ) -> Sequence[tuple[Sale, str | None, str]]:
        query = page_rows(_filtered(select(sales), wanted), request, sales.c.sold_at, sales.c.id)
        found = [_sale(row) for row in (await self._connection.execute(query)).mappings()]
        numbers = select(invoices.c.id, invoices.c.number, invoices.c.status).where(
            invoices.c.id.in_({sale.invoice_id for sale in found})
        )
        rows = (await self._connection.execute(numbers)).all() if found else ()
        known = {row[0]: (row[1], row[2]) for row in rows}
        return [(sale, *known[sale.invoice_id]) for sale in found]

    async def summary(self, wanted: SalesFilter, currency: str) -> SalesSummary:
        here = _filtered(select(sales), wanted).where(sales.c.currency == currency).subquery()
        sums = select(func.coalesce(func.sum(here.c.net), 0), func.count())
        credited = func.coalesce(func.sum(here.c.credited), 0)
        net, count, back = (
            await self._connection.execute(sums.add_columns(credited).select_from(here))
        ).one()
        is_sqlite = self._connection.dialect.name == "sqlite"
        month: ColumnElement[str] = (
            func.strftime("%Y-%m", here.c.sold_at)
            if is_sqlite
            else func.to_char(func.timezone("UTC", here.c.sold_at), "YYYY-MM")
        )
        grouped = select(month, func.sum(here.c.net), func.count()).group_by(month).order_by(month)
        months = [
            SalesSum(row[0], "", Money(int(row[1]), currency), row[2])
            for row in await self._connection.execute(grouped)
        ]
        best = (
            select(
                here.c.product_id,
                func.max(here.c.description),
                func.sum(here.c.net).label("net"),
                func.count(),
            )
            .group_by(here.c.product_id)
            .order_by(func.sum(here.c.net).desc(), here.c.product_id)
            .limit(_MOST_PRODUCTS)
        )
        products = [
            SalesSum(row[0], row[1], Money(int(row[2]), currency), row[3])
            for row in await self._connection.execute(best)
        ]
        return SalesSummary(
            currency, Money(int(net), currency), Money(int(back), currency), count, months, products
        )


def _filtered(query: Select[Any], wanted: SalesFilter) -> Select[Any]:
    if wanted.host_id is not None:
        query = query.where(sales.c.host_id == wanted.host_id)
    if wanted.product_id is not None:
        query = query.where(sales.c.product_id == wanted.product_id)
    if wanted.first is not None:
        query = query.where(sales.c.sold_at >= datetime.combine(wanted.first, time(), UTC))
    if wanted.last is not None:
        end = datetime.combine(wanted.last, time(), UTC) + timedelta(days=1)
        query = query.where(sales.c.sold_at < end)
    return query


def _sale(row: RowMapping) -> Sale:
    currency = row["currency"]
    return Sale(
        id=row["id"],
        invoice_id=row["invoice_id"],
        product_id=row["product_id"],
        host_id=UserId(row["host_id"]),
        customer_id=UserId(row["customer_id"]),
        description=row["description"],
        quantity=Decimal(row["quantity"]),
        net=Money(row["net"], currency),
        tax=Money(row["tax"], currency),
        credited=Money(row["credited"], currency),
        sold_at=row["sold_at"],
    )
