"""`videocall doctor --ledger`: silent about a healthy shop, and it names each kind of damage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.factories.application import settings_for
from tests.factories.shop import Shop, open_shop
from videocall.bootstrap.ledger.command import check_ledger


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path) as opened:
        product = await opened.product(stock=5)
        checkout = await opened.checkout(product, 2)
        assert (await opened.pay(checkout["invoice"]["id"])).status_code == 201
        await opened.checkout(product, 1)
        yield opened


async def check(
    shop: Shop, database_url: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    flags = {**shop.testpay.flags, "payments.test.secret": shop.testpay.secret}
    code = await check_ledger(settings_for(database_url, flags))
    return code, capsys.readouterr().out


async def test_a_healthy_shop_agrees(
    shop: Shop, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = await check(shop, database_url, capsys)
    assert (code, "FIX" in said) == (0, False), said
    assert "The ledger agrees." in said


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE payments SET applied = applied - 1", "invoices hold what payments brought"),
        ("UPDATE payments SET amount = amount + 1", "agree with the test provider"),
        ("UPDATE payments SET state = 'failed', applied = 0", "agree with the test provider"),
        ("UPDATE payments SET id = 'unknown' || substr(id, 8)", "agree with the test provider"),
        ("UPDATE number_series SET last = last + 1", "numbers without gap"),
        ("UPDATE products SET stock_on_hand = stock_on_hand + 1", "pieces on hand"),
        ("UPDATE products SET stock_reserved = 0", "reserved pieces belong"),
        ("DELETE FROM sales", "in the sales of its host"),
        ("UPDATE checkouts SET state = 'cancelled', next_at = NULL", "purchases under way"),
        ("UPDATE checkouts SET customer_id = 'nobody'", "the person of every checkout"),
    ],
)
async def test_damage_is_named(
    shop: Shop,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    damage: str,
    found: str,
) -> None:
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(text(damage))
    code, said = await check(shop, database_url, capsys)
    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("FIX") and found in line], said


async def test_a_silent_provider_is_a_finding(
    shop: Shop, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await shop.testpay.stop()
    code, said = await check(shop, database_url, capsys)
    assert code == 1
    assert "does not answer" in said


async def test_a_silent_provider_that_nobody_paid_with_is_none(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_shop(database_url, tmp_path) as empty:
        await empty.testpay.stop()
        code, said = await check(empty, database_url, capsys)
    assert (code, "none was made with it" in said) == (0, True), said
