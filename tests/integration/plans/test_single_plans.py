"""One invoice, payment, checkout, wallet: by keys alone, in a fixed number of pages."""

from __future__ import annotations

import pytest

from tests.factories.application import Application
from tests.factories.crowd import CHECKOUT, COUNT, INVOICE, NOTE, PAYMENT, ROOM, USER, Crowd, uid
from tests.integration.plans.explain import explained, recorded

NUMBER = 49_996  # paid; sold and held by somebody in the crowd
MOST_BUFFERS = 60

SINGLES = {
    "an invoice": f"/billing/invoices/{uid(INVOICE, NUMBER)}",
    "a credit note": f"/billing/credit-notes/{uid(NOTE, NUMBER)}",
    "a payment": f"/billing/payments/{uid(PAYMENT, COUNT + NUMBER)}",
    "a top-up": f"/billing/wallet/top-ups/{uid(PAYMENT, NUMBER)}",
    "a checkout": f"/billing/checkouts/{uid(CHECKOUT, NUMBER)}",
    "a wallet": f"/billing/wallets/{uid(USER, 107)}",
    "a room": f"/calls/rooms/{uid(ROOM, NUMBER)}",
    "its attendance": f"/calls/rooms/{uid(ROOM, NUMBER)}/attendance",
}


@pytest.mark.parametrize("name", SINGLES)
async def test_one_thing_is_found_by_its_key(big_app: Application, crowd: Crowd, name: str) -> None:
    engine = big_app.container.engine
    with recorded(engine) as statements:
        answer = await big_app.call("GET", SINGLES[name], crowd.admin.token)
    assert answer.status_code == 200, answer.text
    plans = [await explained(engine, item) for item in statements]
    assert [plan.text for plan in plans if plan.scanned] == []
    assert sum(plan.buffers for plan in plans) <= MOST_BUFFERS, [plan.text for plan in plans]
    assert len(plans) <= 10
