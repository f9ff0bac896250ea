"""What sweepers ask every few seconds: the few rows that are due, among all that is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories.application import Application
from tests.integration.plans.explain import FINDS, explained, recorded
from videocall.billing.repository.work import SqlBillingWork
from videocall.calls.repository.work import SqlCallsWork
from videocall.products.repository.work import SqlProductsWork

BATCH = 20
MOST_BUFFERS = 100  # for at most twenty rows; writing them again is not counted
LATER = timedelta(seconds=30)

Ask = Callable[[Any, datetime], Awaitable[object]]

SWEEPS: dict[str, tuple[type, Ask]] = {
    "payments": (SqlBillingWork, lambda work, now: work.payments.claim(now, now + LATER, BATCH)),
    "refunds": (SqlBillingWork, lambda work, now: work.refunds.claim(now, now + LATER, BATCH)),
    "checkouts": (SqlBillingWork, lambda work, now: work.checkouts.claim(now, now + LATER, BATCH)),
    "stock": (SqlBillingWork, lambda work, now: work.stock_tasks.claim(now, now + LATER, BATCH)),
    "holds": (SqlBillingWork, lambda work, now: work.wallets.due(now, BATCH)),
    "reminders": (SqlBillingWork, lambda work, now: work.invoices.due_reminders(now, BATCH)),
    "any reminder": (SqlBillingWork, lambda work, now: work.invoices.any_reminder_due(now)),
    "reservations": (SqlProductsWork, lambda work, now: work.reservations.due(now, (), BATCH)),
    "keys": (SqlBillingWork, lambda work, now: work.claims.drop_expired(now, BATCH)),
    "who is there": (
        SqlCallsWork,
        lambda work, now: work.attendance.open_stays(None, BATCH),
    ),
    "rooms": (SqlCallsWork, lambda work, now: work.rooms.ended_with_media(BATCH)),
}
NOTHING: dict[str, tuple[type, Ask]] = {
    "letters": (SqlBillingWork, lambda work, now: work.messages.claim(now, now + LATER, BATCH)),
    "any letter": (SqlBillingWork, lambda work, now: work.messages.any_due(now)),
    "provider events": (
        SqlBillingWork,
        lambda work, now: work.payments.forget_events(now - timedelta(days=30)),
    ),
    "receipts": (
        SqlCallsWork,
        lambda work, now: work.attendance.forget_receipts(now - timedelta(days=3)),
    ),
}


async def _check(app: Application, name: str, kind: Callable[..., Any], ask: Ask) -> object:
    engine = app.container.engine
    with recorded(engine, FINDS) as statements:
        async with engine.connect() as connection:  # rolled back: the next test finds it all
            work = kind(connection, source=app.container.sources.events)
            found = await ask(work, app.clock.now())
    plans = [await explained(engine, item) for item in statements]
    assert plans, name
    assert [plan.text for plan in plans if plan.scanned] == [], name
    assert sum(plan.buffers for plan in plans) <= MOST_BUFFERS, [plan.text for plan in plans]
    return found


@pytest.mark.parametrize("name", SWEEPS)
async def test_what_is_due_is_found_by_an_index(big_app: Application, name: str) -> None:
    assert await _check(big_app, name, *SWEEPS[name])


@pytest.mark.parametrize("name", NOTHING)
async def test_where_nothing_is_due_nothing_is_read(big_app: Application, name: str) -> None:
    assert not await _check(big_app, name, *NOTHING[name])
