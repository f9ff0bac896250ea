"""Claiming rows whose time has come: one process at a time, by moving their ``next_at`` on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection


async def claim_due(
    connection: AsyncConnection, table: Table, now: datetime, until: datetime, limit: int
) -> list[str]:
    """The ids of up to ``limit`` rows that are due, oldest first.

    Nobody else gets them before ``until``, when whoever took them has failed. SQLite has one
    writer; PostgreSQL skips rows that somebody else is taking.
    """
    due = (
        select(table.c.id)
        .where(table.c.next_at <= now)
        .order_by(table.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list((await connection.execute(due)).scalars())
    if ids:
        await connection.execute(update(table).where(table.c.id.in_(ids)).values(next_at=until))
    return ids
