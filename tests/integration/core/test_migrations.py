"""Migrations of all histories, up and down, and that they lead to the tables of the code."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from videocall.bootstrap.histories import HISTORIES
from videocall.core.db.engine import create_engine
from videocall.core.db.migrate import History, downgrade, revisions, upgrade


async def test_up_down_and_up_again(blank_database_url: str) -> None:
    engine = create_engine(blank_database_url)
    assert [item.current for item in await revisions(engine, HISTORIES)] == [None] * len(HISTORIES)
    await upgrade(engine, HISTORIES)
    assert all(item.is_current for item in await revisions(engine, HISTORIES))
    await downgrade(engine, HISTORIES)
    async with engine.connect() as connection:
        left = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    assert left == {history.version_table for history in HISTORIES} | ({"sqlite_sequence"} & left)
    await upgrade(engine, HISTORIES)
    await upgrade(engine, HISTORIES)
    assert all(item.is_current for item in await revisions(engine, HISTORIES))
    await engine.dispose()


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
async def test_the_migrations_lead_to_the_tables_of_the_code(
    database_url: str, history: History
) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or name in history.metadata.tables
                ),
            },
        )
        return list(compare_metadata(context, history.metadata))

    engine = create_engine(database_url)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


async def test_two_processes_that_migrate_at_once(blank_database_url: str) -> None:
    engines = [create_engine(blank_database_url) for _ in range(2)]
    await asyncio.gather(*(upgrade(engine, HISTORIES) for engine in engines))
    assert all(item.is_current for item in await revisions(engines[0], HISTORIES))
    for engine in engines:
        await engine.dispose()
