"""Kill -9 at random points of a running checkout load: nothing is lost, nothing is twice there.

FAULT_KILLS: how often (50). FAULT_SEED: repeat a run; without one it is new each time, printed.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import KilledShop, killed_shop
from tests.faults.load import PATIENCE_SECONDS, Buyers

KILLS = int(os.environ.get("FAULT_KILLS", "50"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
CUSTOMERS = 20
SETTLED_WITHIN_SECONDS = 60.0
PINNED = 3
"""Every so manieth kill comes right after a charge, before its answer."""


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[KilledShop]:
    with killed_shop(database_url, tmp_path) as running:
        yield running


def test_fifty_kills_leave_all_books_in_agreement(shop: KilledShop) -> None:
    print(f"FAULT_SEED={SEED} FAULT_KILLS={KILLS}")
    dice = random.Random(SEED)
    buyers = _buyers(shop, random.Random(SEED + 1))
    pool = ThreadPoolExecutor(1)
    load = pool.submit(lambda: asyncio.run(buyers.run()))
    between = 0
    try:
        for number in range(KILLS):
            _kill(shop, dice, is_pinned=number % PINNED == 0)
            between += shop.charged_not_committed() > 0
            shop.start()
        shop.wait_until_ready()
    finally:
        buyers.is_over = True
        load.result(PATIENCE_SECONDS)
        pool.shutdown()
    restarted = time.monotonic()
    said = _settled(shop, restarted + SETTLED_WITHIN_SECONDS)
    done = buyers.done
    print(
        f"{len(done.payments)} payments, {len(done.top_ups)} top-ups, {done.declined} declined, "
        f"{len(done.checkouts)} checkouts, {len(done.credit_notes)} credit notes acknowledged, "
        f"{done.retries} retries; {between} kills between a charge and its commit; "
        f"agreed {time.monotonic() - restarted:.1f} s after the last kill"
    )
    assert done.broken == [], said
    assert len(done.payments) + len(done.top_ups) + len(done.checkouts) >= KILLS
    assert done.payments
    assert between > 0
    _check_acknowledged(shop, buyers)


def _buyers(shop: KilledShop, dice: random.Random) -> Buyers:
    admin = shop.admin()
    products = [
        shop.call(
            "POST",
            "/products",
            {"name": f"Thing {number}", "price": price, "kind": "goods", "stock": 100_000},
            admin,
        ).json()["id"]
        for number, price in enumerate(("10.00", "3.33"))
    ]
    pack = {"name": "An hour", "price": "20.00", "kind": "minutes", "minutes": 60}
    products.append(shop.call("POST", "/products", pack, admin).json()["id"])
    tokens = [shop.customer(number) for number in range(CUSTOMERS)]
    return Buyers(shop.url, products, admin, tokens, dice)


def _kill(shop: KilledShop, dice: random.Random, *, is_pinned: bool) -> None:
    if not is_pinned and dice.random() < 0.15:
        time.sleep(dice.uniform(0.2, 1.5))  # while it starts
        shop.kill()
        return
    shop.wait_until_ready()
    time.sleep(dice.uniform(0.0, 2.5))
    if is_pinned:
        before, deadline = shop.charges(), time.monotonic() + 5.0
        while shop.charges() == before and time.monotonic() < deadline:
            time.sleep(0.002)
    shop.kill()


def _settled(shop: KilledShop, deadline: float) -> str:
    while True:
        agrees, said = shop.doctor()
        if agrees:
            return said
        assert time.monotonic() < deadline, said
        time.sleep(1.0)


def _check_acknowledged(shop: KilledShop, buyers: Buyers) -> None:
    done, found = buyers.done, _all(shop, "/billing/payments", buyers.admin_token)
    by_id = {payment["id"]: payment for payment in found}
    assert len(by_id) == len(found)
    for payment_id, invoice_id in done.payments.items():
        payment = by_id[payment_id]
        assert (payment["state"], payment["invoice"]["id"]) == ("succeeded", invoice_id)
    for payment_id, amount in done.top_ups.items():
        payment = by_id[payment_id]
        assert (payment["state"], payment["amount"]) == ("succeeded", amount)
    # One intent, one payment: no invoice was ever paid by two of them.
    paid = Counter(
        payment["invoice"]["id"]
        for payment in found
        if payment["invoice"] is not None and payment["state"] == "succeeded"
    )
    assert {invoice_id: count for invoice_id, count in paid.items() if count > 1} == {}
    checkouts = {item["id"] for item in _all(shop, "/billing/checkouts", buyers.admin_token)}
    assert done.checkouts <= checkouts
    notes = {item["id"] for item in _all(shop, "/billing/credit-notes", buyers.admin_token)}
    assert done.credit_notes == notes


def _all(shop: KilledShop, path: str, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        after = f"&cursor={cursor}" if cursor else ""
        page = shop.call("GET", f"{path}?limit=100{after}", token=token).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return items
