"""Wires the database: the engine for units of work, and reads that go straight to the driver."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.core.config import ConfigError
from videocall.core.db.driver_reads import DriverReads
from videocall.core.db.engine import BadDatabaseUrl, PoolSettings, create_engine
from videocall.settings import Settings


def make_engine(settings: Settings) -> AsyncEngine:
    """The engine of the database in the settings."""
    try:
        return create_engine(settings.database_url, _pool(settings))
    except BadDatabaseUrl as error:
        raise ConfigError("database.url", "the address is wrong", f"{error}.") from error


def driver_reads(settings: Settings, engine: AsyncEngine) -> DriverReads:
    """Fast reads of the same database."""
    return DriverReads(engine, _pool(settings), settings.database.read_connections)


def _pool(settings: Settings) -> PoolSettings:
    database = settings.database
    return PoolSettings(
        size=database.pool_size,
        overflow=database.pool_overflow,
        timeout=database.pool_timeout_seconds,
        recycle=database.pool_recycle_seconds,
        busy_timeout=database.busy_timeout_seconds,
    )
