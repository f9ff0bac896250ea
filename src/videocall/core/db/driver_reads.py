"""Reads through the driver itself, where a statement is asked for thousands of times a second.

SQLAlchemy builds the statement once; asyncpg runs it. What lies between the two for each execution
(a connection object, a greenlet, events, a cursor, a result) costs more than the query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.core.db.engine import PoolSettings
from videocall.core.db.reads import AnySelect, Reads, Values
from videocall.core.errors import DatabaseUnavailable

_Processor: TypeAlias = Callable[[Any], Any]
_LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)
_TOO_BUSY = (asyncpg.TooManyConnectionsError, asyncpg.CannotConnectNowError, TimeoutError)
_MOST_STATEMENTS = 2048
_SQLALCHEMY_ONLY = ("prepared_statement_cache_size", "prepared_statement_name_func")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it; None for a value that needs no conversion."""

    sql: str
    names: tuple[str, ...]
    defaults: Mapping[str, object]
    into: tuple[_Processor | None, ...]
    out: tuple[tuple[int, _Processor], ...]

    def arguments(self, parameters: Mapping[str, object]) -> list[object]:
        """The values of the placeholders, in their order."""
        values = [
            parameters[name] if name in parameters else self.defaults[name] for name in self.names
        ]
        return [
            value if convert is None else convert(value)
            for value, convert in zip(values, self.into, strict=True)
        ]

    def row(self, record: asyncpg.Record) -> Values:
        """The values of a row as the types of its columns want them."""
        if not self.out:
            return tuple(record)
        values = list(record)
        for place, convert in self.out:
            values[place] = convert(values[place])
        return values


class DriverReads(Reads):
    """`values` with connections of its own on PostgreSQL; anything else is the same as `Reads`.

    Statements are kept by identity: hand in the same object each time. One with an expanding list
    goes the usual way, as its text depends on the values.
    """

    def __init__(self, engine: AsyncEngine, pool: PoolSettings, connections: int) -> None:
        super().__init__(engine)
        self._source = engine
        self._settings = pool
        self._connections = connections
        self._prepared: dict[int, tuple[AnySelect, _Prepared | None]] = {}
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def values(
        self, statement: AnySelect, parameters: Mapping[str, object]
    ) -> Sequence[Values]:
        prepared = self._prepare(statement)
        if prepared is None:
            return await super().values(statement, parameters)
        arguments = prepared.arguments(parameters)
        try:
            try:
                records = await self._fetch(prepared.sql, arguments)
            except _LOST:  # the server was started again: the pool's other connections are dead too
                await self._forget_pool()
                records = await self._fetch(prepared.sql, arguments)
        except (*_LOST, *_TOO_BUSY) as error:
            raise DatabaseUnavailable from error
        return [prepared.row(record) for record in records]

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.close()

    async def _fetch(self, sql: str, arguments: list[object]) -> list[asyncpg.Record]:
        if self._pool is None:
            self._pool = self._new_pool()
        pool = await self._pool
        async with pool.acquire(timeout=self._settings.timeout) as connection:
            records: list[asyncpg.Record] = await connection.fetch(sql, *arguments)
            return records

    def _new_pool(self) -> asyncpg.Pool[asyncpg.Record]:
        _, address = self._source.dialect.create_connect_args(self._source.url)
        kept = {key: value for key, value in address.items() if key not in _SQLALCHEMY_ONLY}
        return asyncpg.create_pool(
            min_size=0,
            max_size=self._connections,
            max_inactive_connection_lifetime=self._settings.recycle,
            timeout=self._settings.timeout,
            reset=_nothing_to_reset,
            server_settings={"application_name": "videocall reads", "timezone": "UTC"},
            **kept,
        )

    async def _forget_pool(self) -> None:
        dead, self._pool = self._pool, None
        if dead is not None:
            dead.terminate()

    def _prepare(self, statement: AnySelect) -> _Prepared | None:
        known = self._prepared.get(id(statement))
        if known is None:
            dialect = self._source.dialect
            found = _compiled(statement, dialect) if dialect.driver == "asyncpg" else None
            if len(self._prepared) >= _MOST_STATEMENTS:
                self._prepared.clear()
            # The statement is kept with it, so that its id is not given to another one.
            known = self._prepared[id(statement)] = (statement, found)
        return known[1]


async def _nothing_to_reset(_connection: object) -> None:
    """Reads leave nothing behind; the pool's own reset is a round trip."""


def _compiled(statement: AnySelect, dialect: Dialect) -> _Prepared | None:
    compiled = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        return None
    names = tuple(compiled.positiontup or ())
    types = {name: bound.type for bound, name in compiled.bind_names.items()}
    processors = (
        column.type.result_processor(dialect, None) for column in statement.selected_columns
    )
    return _Prepared(
        sql=str(compiled),
        names=names,
        defaults=compiled.params,
        into=tuple(types[name].bind_processor(dialect) for name in names),
        out=tuple((place, item) for place, item in enumerate(processors) if item is not None),
    )
