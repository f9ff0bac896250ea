"""Units of work: one command is one transaction, committed before anybody hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from videocall.core.db.engine import BUSY_TIMEOUT, WRITES
from videocall.core.errors import DatabaseUnavailable, UnreadableText

_ANNOUNCEMENTS = "videocall_announcements"


class Work(Protocol):
    """The repositories of one domain on one connection."""

    async def before_commit(self) -> None:
        """The last step of a writing transaction: append its events."""
        ...


W = TypeVar("W", bound=Work)
W_co = TypeVar("W_co", covariant=True)


class UnitsOfWork(Protocol[W_co]):
    """What a service needs to read and write."""

    def write(self) -> AbstractAsyncContextManager[W_co]:
        """A transaction that commits at the end of the block, or rolls back when it raises."""
        ...

    def read(self) -> AbstractAsyncContextManager[W_co]:
        """A transaction that only reads; what it sees belongs together."""
        ...


class SqlUnits(Generic[W]):
    """Units of work on an engine; ``make`` builds the domain's repositories on a connection."""

    def __init__(self, engine: AsyncEngine, make: Callable[[AsyncConnection], W]) -> None:
        self._engine = engine
        self._make = make

    @asynccontextmanager
    async def write(self) -> AsyncIterator[W]:
        async with driver_errors(), _turns_of(self._engine), self._engine.connect() as connection:
            await connection.execution_options(**{WRITES: True})
            connection.info.pop(_ANNOUNCEMENTS, None)  # of somebody who had this connection before
            async with connection.begin():
                work = self._make(connection)
                yield work
                await work.before_commit()
            for announce in connection.info.pop(_ANNOUNCEMENTS, ()):
                await announce()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[W]:
        async with driver_errors(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # One snapshot for all its statements, as SQLite's WAL gives by itself.
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            async with connection.begin():
                yield self._make(connection)


def announce_after_commit(
    connection: AsyncConnection, announce: Callable[[], Awaitable[None]]
) -> None:
    """Have this called when the unit of work on this connection is committed."""
    connection.info.setdefault(_ANNOUNCEMENTS, []).append(announce)


_UNREADABLE = ("22021", "22P05")  # PostgreSQL keeps no NUL in a text, nor in a JSON document

_WRITERS_BEFORE = 6
"""A turn is waited for so many times as long as SQLite itself waits: there is a queue."""

_writers: WeakKeyDictionary[AsyncEngine, asyncio.Lock] = WeakKeyDictionary()


def _turns_of(engine: AsyncEngine) -> AbstractAsyncContextManager[object]:
    """SQLite has one writer: those of this process queue up here, in their order.

    Left to SQLite they would sleep and try again, unfairly, until some of them gave up.
    """
    if engine.dialect.name != "sqlite":
        return nullcontext()
    lock: asyncio.Lock = _writers.setdefault(engine, asyncio.Lock())
    patience: float = engine.get_execution_options()[BUSY_TIMEOUT]
    return _turn(lock, patience * _WRITERS_BEFORE)


@asynccontextmanager
async def _turn(lock: asyncio.Lock, seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            await lock.acquire()
    except TimeoutError as error:
        raise DatabaseUnavailable from error
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def driver_errors() -> AsyncIterator[None]:
    """Raise DatabaseUnavailable, or UnreadableText, for what the driver says."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable from error
        if getattr(error.orig, "sqlstate", None) in _UNREADABLE:
            raise UnreadableText from error
        raise
    except OSError as error:
        # asyncpg lets the refusal of a connection through as it is.
        raise DatabaseUnavailable from error


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a row with the same key exists (SQLSTATE 23505, or SQLite's words for it)."""
    cause = error.orig
    code = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return code == "23505" or "UNIQUE constraint failed" in str(cause)
