"""What PostgreSQL does for a wallet with 100,000 movements: no sequential scan, few buffers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from sqlalchemy import text

from tests.factories import wallets
from tests.factories.databases import PostgresDatabases, run
from tests.factories.wallets import ANA, USD, Bank
from tests.integration.plans.explain import explained, recorded
from videocall.billing.interfaces.wallet import Days
from videocall.core.db.engine import create_engine
from videocall.core.paging import ListRequest, Position, Sort

MOST_BUFFERS = 50
NEWEST = Sort("-created_at", int)
SOMEWHERE = Position(40_000, "00000000-0000-0000-0000-000000040000")

FILL = (
    "INSERT INTO wallets SELECT 'owner' || n, 'USD', 100, 0, 100, '2026-01-01'"
    " FROM generate_series(1, 500) n",
    "INSERT INTO wallets VALUES ('ana', 'USD', 50000, 0, 50000, '2026-01-01')",
    "INSERT INTO wallet_entries (id, customer_id, unit, version, kind, amount, balance, available,"
    " missing, reference_type, reference_id, once, created_at)"
    " SELECT '00000000-0000-0000-0000-' || lpad(n::text, 12, '0'),"
    " CASE WHEN n % 2 = 0 THEN 'ana' ELSE 'owner' || (n / 2 % 500 + 1) END, 'USD',"
    " CASE WHEN n % 2 = 0 THEN n / 2 + 1 ELSE n / 1000 + 1 END, 'top_up', 1, n, n, 0,"
    " 'payment', n, n, timestamptz '2025-01-01' + n * interval '5 minutes'"
    " FROM generate_series(0, 99999) n",
    "INSERT INTO wallet_holds SELECT 'h' || n, 'owner' || (n % 500 + 1), 'USD', 1, 0, 1,"
    " 'captured', timestamptz '2026-01-01' + n * interval '1 minute', 'call', n, NULL,"
    " '2026-01-01' FROM generate_series(1, 50000) n",
    "ANALYZE",
)

LISTS = {
    "the newest": (Days(), ListRequest(NEWEST)),
    "behind a cursor": (Days(), ListRequest(NEWEST, after=SOMEWHERE)),
    "old days": (Days(date(2025, 2, 1), date(2025, 2, 28)), ListRequest(NEWEST)),
    "old days behind a cursor": (
        Days(date(2025, 1, 1), date(2025, 6, 30)),
        ListRequest(NEWEST, after=Position(20_000, SOMEWHERE.id)),
    ),
    "a page for people": (Days(), ListRequest(NEWEST, limit=20, page=20)),
}


@pytest.fixture(scope="module")
def large_wallet(postgresql: PostgresDatabases) -> Iterator[str]:
    """The URL of a database with many movements."""
    with postgresql.database() as url:
        run(_fill(url))
        yield url


async def _fill(url: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        for statement in FILL:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def bank(large_wallet: str) -> AsyncIterator[Bank]:
    async with wallets.bank(large_wallet) as made:
        yield made


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_of_movements(bank: Bank, name: str) -> None:
    days, request = LISTS[name]
    engine = bank.units._engine
    with recorded(engine) as statements:
        async with bank.units.read() as work:
            found = await work.wallet_entries.page(ANA, USD, days, request)
    assert len(found) == request.limit + 1
    plans = [await explained(engine, statement) for statement in statements]
    assert plans
    assert [plan.text for plan in plans if plan.scanned] == []
    assert sum(plan.buffers for plan in plans) <= MOST_BUFFERS, [plan.text for plan in plans]


async def test_balances_holds_and_the_sweeper(bank: Bank) -> None:
    engine = bank.units._engine
    with recorded(engine) as statements:
        async with bank.units.read() as work:
            await work.wallets.wallets(ANA)
            await work.wallets.holds(ANA)
            await work.wallets.due(bank.clock.now(), 500)
            await work.wallet_entries.balance_before(ANA, USD, date(2025, 3, 1))
    plans = [await explained(engine, statement) for statement in statements]
    assert len(plans) == 5
    assert [plan.text for plan in plans if plan.scanned] == []
    assert sum(plan.buffers for plan in plans) <= MOST_BUFFERS, [plan.text for plan in plans]
