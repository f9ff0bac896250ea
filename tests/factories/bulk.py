"""Very many rows at once on PostgreSQL, made by the database itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.db.engine import PoolSettings, create_engine

_INDEXES = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables)"
    " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
)

# VACUUM marks as visible only what a commit that is known to be on disk has written, and a later
# commit that is not may hide that.
_ON_DISK = "synchronous_commit = on"


@asynccontextmanager
async def filling(url: str, tables: Sequence[str]) -> AsyncIterator[AsyncConnection]:
    """A transaction that fills these tables; afterwards the planner knows them.

    Triggers and references are not checked meanwhile: what is put in belongs together.
    """
    engine = create_engine(url, PoolSettings(timeout=300))
    async with engine.begin() as connection:
        found = await connection.execute(_INDEXES, {"tables": list(tables)})
        indexes = [(row[0], row[1]) for row in found]
        for name, _ in indexes:
            await connection.execute(text(f"DROP INDEX {name}"))
        await connection.execute(text(f"SET LOCAL {_ON_DISK}"))
        # Checking each reference again takes most of the time.
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        yield connection
        for _, definition in indexes:  # built at once: quicker than row by row
            await connection.execute(text(definition))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"SET {_ON_DISK}"))
        for table in tables:
            await connection.execute(text(f"VACUUM ANALYZE {table}"))
    await engine.dispose()
