"""`videocall demo`: two months of the story, books that agree, and no demo over real data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.factories import application
from tests.factories.application import KEYS, settings_for
from tests.factories.databases import Databases
from tests.factories.people import admin
from videocall.bootstrap.database import make_engine
from videocall.bootstrap.demo.command import Plan, fill, without_outside
from videocall.bootstrap.ledger.command import check_ledger
from videocall.settings import Settings

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PASSWORD = "only for this test"
COUNTED = ("users", "products", "invoices", "payments", "checkouts", "rooms", "billing_messages")


def demo_settings(database_url: str, folder: Path) -> Settings:
    return without_outside(settings_for(database_url, {}), str(folder))


async def live(database_url: str, folder: Path, plan: Plan) -> int:
    return await fill(demo_settings(database_url, folder), KEYS, PASSWORD, plan, NOW)


async def rows(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    engine = make_engine(settings)
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(text(statement))]
    await engine.dispose()
    return found


async def test_a_story_fills_the_shop_and_its_books_agree(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await live(database_url, tmp_path, Plan(seed=1, months=2)) == 0
    told = capsys.readouterr().out
    assert "2026-04: " in told
    assert told.count(PASSWORD) == 1
    assert "ayu.lestari@example.com" in told
    settings = demo_settings(database_url, tmp_path)
    for table in COUNTED:
        ((count,),) = await rows(settings, f"SELECT count(*) FROM {table}")  # noqa: S608
        assert isinstance(count, int)
        assert count >= 3, table
    assert {row[0] for row in await rows(settings, "SELECT status FROM invoices")} >= {"paid"}
    waiting = "SELECT count(*) FROM billing_messages WHERE state <> 'sent'"
    assert await rows(settings, waiting) == [(0,)]
    kinds = await rows(settings, "SELECT DISTINCT kind FROM products")
    assert {row[0] for row in kinds} == {"goods", "session", "minutes"}
    assert await check_ledger(settings) == 0, capsys.readouterr().out
    async with application.running(database_url) as app:
        assert (await app.container.sessions.login("ayu.lestari@example.com", PASSWORD)).expires_in


async def test_a_seed_tells_the_same_story(databases: Databases, tmp_path: Path) -> None:
    story = (
        "SELECT c.name, i.total, i.currency, i.status, i.created_at FROM invoices i "
        "JOIN users c ON c.id = i.customer_id ORDER BY i.created_at, i.total"
    )
    told = []
    for seed in (7, 7, 8):
        with databases.database() as url:
            assert await live(url, tmp_path, Plan(seed=seed, months=1)) == 0
            told.append(await rows(demo_settings(url, tmp_path), story))
    assert told[0] == told[1]
    assert told[0] != told[2]


async def test_a_database_in_use_is_left_alone(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with application.running(database_url) as app:
        await admin(app)
    assert await live(database_url, tmp_path, Plan(seed=1, months=1)) == 1
    assert "--force" in capsys.readouterr().err
    users = "SELECT count(*) FROM users"
    assert await rows(demo_settings(database_url, tmp_path), users) == [(1,)]
    assert await live(database_url, tmp_path, Plan(seed=1, force=True, months=1)) == 0
    assert await live(database_url, tmp_path, Plan(seed=2, force=True, months=1)) == 0
    assert await rows(demo_settings(database_url, tmp_path), users) == [(25,)]
