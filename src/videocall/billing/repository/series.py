"""Series of numbers in the database."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.numbering import SeriesKind
from videocall.billing.tables.invoices import number_series


class SqlSeriesRepository:
    """A row for each kind and year, locked from the question to the end of the transaction.

    A transaction that rolls back gives its number back, as nobody could take a later one.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next(self, kind: SeriesKind, year: int) -> int:
        is_postgresql = self._connection.dialect.name == "postgresql"
        insert = postgresql.insert if is_postgresql else sqlite.insert
        query = (
            insert(number_series)
            .values(kind=kind.value, year=year, last=1)
            .on_conflict_do_update(
                index_elements=["kind", "year"], set_={"last": number_series.c.last + 1}
            )
            .returning(number_series.c.last)
        )
        return int((await self._connection.execute(query)).scalar_one())
