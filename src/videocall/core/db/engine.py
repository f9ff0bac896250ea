"""The engine factory: SQLite (WAL, immediate writes) and PostgreSQL, with pool settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT = "videocall_busy_timeout"
"""Execution option of a SQLite engine: how long a writer waits for another one, in seconds."""

WRITES = "videocall_writes"
"""Execution option of a connection whose transaction writes (see `_begin`)."""

SINGLE = "videocall_single"
"""Execution option of an engine whose statements stand alone (see `single_reads`)."""

_USED_AT = "videocall_used_at"
_REST = 2.0  # seconds after which a connection of a pool is tried before it is used

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class BadDatabaseUrl(ValueError):
    """The address names no database that this program knows."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many connections are kept and how long anybody waits; times in seconds."""

    size: int = 10
    overflow: int = 10
    timeout: float = 5.0
    recycle: float = 1800.0
    busy_timeout: float = 5.0  # SQLite: how long a writer waits for another one


def read_url(text: str) -> URL:
    """The URL with the driver that this program uses; BadDatabaseUrl when it can't be one."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise BadDatabaseUrl("not a database URL, such as postgresql://user@host/name") from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        message = f"unknown database {url.drivername!r}: use sqlite:// or postgresql://"
        raise BadDatabaseUrl(message)
    return url.set(drivername=driver)


def create_engine(url: str, pool: PoolSettings | None = None) -> AsyncEngine:
    """An engine for this URL; nothing is connected yet."""
    pool = pool or PoolSettings()
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, pool)
    engine = create_async_engine(
        parsed,
        pool_size=pool.size,
        max_overflow=pool.overflow,
        pool_timeout=pool.timeout,
        pool_recycle=pool.recycle,
        connect_args={
            "timeout": pool.timeout,
            "server_settings": {"application_name": "videocall", "timezone": "UTC"},
        },
    )
    _ping_after_a_rest(engine)
    return engine


def single_reads(engine: AsyncEngine) -> AsyncEngine:
    """The same engine, without a transaction around each statement: for reads of one statement."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine.execution_options(**{SINGLE: True})


def _ping_after_a_rest(engine: AsyncEngine) -> None:
    # A ping before every use (pool_pre_ping) costs a round trip each; what was used a moment ago
    # is alive, and where it is not after all, the pool is emptied by that error.
    dialect = engine.sync_engine.dialect

    def checked_in(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    def checked_out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - the driver's
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < _REST:
            return
        try:
            alive = dialect.do_ping(connection)
        except (dialect.loaded_dbapi.Error, OSError) as error:
            raise DisconnectionError from error
        if not alive:
            raise DisconnectionError

    event.listen(engine.sync_engine, "checkin", checked_in)
    event.listen(engine.sync_engine, "checkout", checked_out)


def _sqlite(url: URL, pool: PoolSettings) -> AsyncEngine:
    if not url.database or url.database == ":memory:":
        raise BadDatabaseUrl("SQLite needs a file: every connection would see its own memory")
    folder = Path(url.database).parent
    engine = create_async_engine(
        url,
        pool_size=pool.size,
        max_overflow=pool.overflow,
        pool_timeout=pool.timeout,
        connect_args={"timeout": pool.busy_timeout},
        execution_options={BUSY_TIMEOUT: pool.busy_timeout},
    )

    def before_connect(*_arguments: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        # The driver must not begin transactions by itself: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit that was acknowledged survives a loss of power
            "foreign_keys=ON",
            f"busy_timeout={int(pool.busy_timeout * 1000)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "do_connect", before_connect)
    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another one wrote in
    # between, in spite of the timeout; an immediate one waits at its start.
    options = connection.get_execution_options()
    if options.get(SINGLE, False):
        return
    writes = options.get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
