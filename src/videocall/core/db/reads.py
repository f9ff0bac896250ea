"""Reads of one statement: no transaction around it, no more than one round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.core.db.engine import single_reads
from videocall.core.db.work import driver_errors

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Values: TypeAlias = Sequence[Any]
"""A row without names: its values in the order of the columns."""


class Reads:
    """Runs statements that stand alone; raises DatabaseUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = single_reads(engine)

    async def all(self, statement: AnySelect, parameters: Mapping[str, object]) -> Sequence[AnyRow]:
        """All rows. A connection that was closed under us is replaced, once."""
        async with driver_errors():
            try:
                return await self._all(statement, parameters)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return await self._all(statement, parameters)

    async def values(
        self, statement: AnySelect, parameters: Mapping[str, object]
    ) -> Sequence[Values]:
        """All rows, for whoever asks very often (see `DriverReads`)."""
        return await self.all(statement, parameters)

    async def _all(
        self, statement: AnySelect, parameters: Mapping[str, object]
    ) -> Sequence[AnyRow]:
        async with self._engine.connect() as connection:
            rows: Sequence[AnyRow] = (await connection.execute(statement, parameters)).all()
            return rows
