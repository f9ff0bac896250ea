"""Migrations of all histories, up and down, and that they lead to the tables of the code."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from tests.factories import application, first_version
from tests.factories.people import PASSWORD
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


async def test_from_the_first_version_with_data_in_it_up_and_down_again(
    blank_database_url: str,
) -> None:
    engine = create_engine(blank_database_url)
    await first_version.leave(engine)
    assert await first_version.left(engine) == first_version.ROWS
    reached = {item.history: item.current for item in await revisions(engine, HISTORIES)}
    assert reached == {"products": None, "billing": None, **first_version.FIRST}

    await upgrade(engine, HISTORIES)
    assert all(item.is_current for item in await revisions(engine, HISTORIES))
    assert await first_version.left(engine) == first_version.ROWS

    await downgrade(engine, [item for item in HISTORIES if item.name not in first_version.FIRST])
    assert await first_version.left(engine) == first_version.ROWS
    await upgrade(engine, HISTORIES)
    await downgrade(engine, HISTORIES)
    async with engine.connect() as connection:
        left = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    assert not left & set(first_version.ROWS)
    await engine.dispose()


async def test_the_first_versions_accounts_and_calls_work_after_the_upgrade(
    blank_database_url: str,
) -> None:
    engine = create_engine(blank_database_url)
    await first_version.leave(engine)
    await upgrade(engine, HISTORIES)
    await engine.dispose()
    async with application.running(blank_database_url) as app:
        host = await app.container.sessions.login("hana@example.com", PASSWORD)
        guest = await app.container.sessions.login("gus@example.com", PASSWORD)
        for tokens in (host, guest):
            rooms = (await app.call("GET", "/calls/rooms", tokens.access_token)).json()["items"]
            assert [room["name"] for room in rooms] == ["Piano lesson"]
        for status, count in (("open", 0), ("ended", 1)):
            found = await app.call("GET", f"/calls/rooms?status={status}", guest.access_token)
            assert len(found.json()["items"]) == count
        path = f"/calls/rooms/{first_version.ROOM}/attendance"
        attendance = (await app.call("GET", path, host.access_token)).json()["items"]
        assert sorted((item["name"], item["seconds"]) for item in attendance) == [
            ("Gus", 20 * 60),
            ("Hana", 50 * 60),
        ]
        wallet = await app.call("GET", "/billing/wallet", guest.access_token)
        assert wallet.json()["balances"][0]["balance"] == "0.00"
