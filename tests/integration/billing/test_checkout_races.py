"""Races of checkouts: many buyers of few pieces, and what a crash leaves in each state."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from tests.factories import people
from tests.factories.shop import Shop, open_shop
from videocall.billing.tables.payments import checkouts
from videocall.products.model.products import ProductId
from videocall.products.model.stock import StockLine

BUYERS = 200
PIECES = 10


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    # Two hundred at once on a small machine: nobody gives up for want of time.
    flags = {
        "database.pool_timeout_seconds": "300",
        "database.busy_timeout_seconds": "300",
        "server.request_timeout_seconds": "300",
    }
    async with open_shop(database_url, tmp_path, flags) as opened:
        yield opened


async def test_two_hundred_buyers_of_the_last_ten_get_exactly_ten(shop: Shop) -> None:
    product = await shop.product(stock=PIECES)
    buyers = [await people.person(shop.app) for _ in range(10)]

    async def buy(number: int) -> Any:
        body = {"items": [{"product_id": product["id"], "quantity": 1}]}
        token = buyers[number % len(buyers)].token
        return await shop.app.call("POST", "/billing/checkouts", token, json=body)

    answers = await asyncio.gather(*(buy(number) for number in range(BUYERS)))
    assert Counter(answer.status_code for answer in answers) == {201: PIECES, 409: BUYERS - PIECES}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
        "products.out_of_stock"
    }
    stock = await shop.stock(product)
    assert (stock["on_hand"], stock["reserved"], stock["available"]) == (PIECES, PIECES, 0)
    numbers = [
        answer.json()["invoice"]["number"] for answer in answers if answer.status_code == 201
    ]
    assert len(set(numbers)) == PIECES


async def test_a_crash_before_the_reservation_is_finished_by_a_sweeper(shop: Shop) -> None:
    product = await shop.product(stock=3)
    items = [{"product_id": product["id"], "quantity": 2}]
    checkout = await shop.checkout(await shop.product(name="Other"))
    # A second row beside it, as it is right after its first commit.
    async with shop.app.container.engine.begin() as connection:
        query = select(checkouts).where(checkouts.c.id == checkout["id"])
        row = dict((await connection.execute(query)).mappings().one())
        crashed = {"id": "crashed", "invoice_id": "new-invoice", "state": "started"}
        row |= {**crashed, "items": items, "next_at": row["created_at"]}
        await connection.execute(insert(checkouts).values(**row))
    await shop.sweep(1)
    seen = await shop.see("/billing/checkouts/crashed")
    assert (seen["state"], seen["invoice"]["status"]) == ("reserved", "open")
    assert (await shop.stock(product))["reserved"] == 2


async def test_a_crash_between_payment_and_pieces_is_finished_by_a_sweeper(shop: Shop) -> None:
    product = await shop.product(stock=3)
    checkout = await shop.checkout(product)
    assert (await shop.pay(checkout["invoice"]["id"])).status_code == 201
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(
            text("UPDATE checkouts SET state = 'reserved', next_at = created_at WHERE id = :id"),
            {"id": checkout["id"]},
        )
    await shop.sweep(1)
    assert await shop.state(checkout) == ("paid", "paid")
    assert (await shop.stock(product))["on_hand"] == 2


@pytest.mark.parametrize("goal", ["expired", "cancelled"])
async def test_a_crash_while_closing_is_finished_by_a_sweeper(shop: Shop, goal: str) -> None:
    product = await shop.product(stock=3)
    checkout = await shop.checkout(product)
    await shop.pay(checkout["invoice"]["id"], source="card_second_step")
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE checkouts SET state = 'closing', closing_as = :goal, next_at = created_at "
                "WHERE id = :id"
            ),
            {"id": checkout["id"], "goal": goal},
        )
    refused = await shop.pay(checkout["invoice"]["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.checkout_over")
    await shop.sweep(1)
    assert await shop.state(checkout) == (goal, "void")
    assert (await shop.stock(product))["reserved"] == 0


async def test_a_crash_before_the_release_is_finished_by_a_sweeper(shop: Shop) -> None:
    product = await shop.product(stock=3)
    checkout = await shop.checkout(product)
    path = f"/billing/checkouts/{checkout['id']}/cancel"
    assert (await shop.app.call("POST", path, shop.customer.token)).status_code == 200
    invoice_id = checkout["invoice"]["id"]
    until = shop.app.clock.now() + timedelta(hours=1)
    lines = [StockLine(ProductId(product["id"]), 1)]
    await shop.stock_door.reserve(f"invoice:{invoice_id}", lines, until)
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(text("UPDATE checkouts SET next_at = created_at"))
    await shop.sweep(1)
    assert (await shop.stock(product))["reserved"] == 0


async def test_a_charge_without_an_answer_is_found_again(shop: Shop) -> None:
    product = await shop.product()
    checkout = await shop.checkout(product)
    invoice_id = checkout["invoice"]["id"]
    payment_id = (await shop.pay(invoice_id)).json()["id"]
    # As after a kill between the charge and the commit: all that the answer changed is gone.
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE payments SET state = 'pending', applied = 0, provider_reference = NULL, "
                "succeeded_at = NULL, next_at = created_at"
            )
        )
        await connection.execute(text("DELETE FROM sales"))
        await connection.execute(
            text("UPDATE checkouts SET state = 'reserved', next_at = expires_at")
        )
        for table in ("invoices", "invoice_hosts"):
            await connection.execute(
                text(f"UPDATE {table} SET status = 'open', paid = 0, paid_at = NULL")  # noqa: S608
            )
    await shop.sweep(30)
    assert await shop.state(checkout) == ("paid", "paid")
    (payment,) = await shop.payments(invoice_id)
    assert (payment["id"], payment["state"]) == (payment_id, "succeeded")
    charge = (await shop.testpay.api.get(f"/v1/charges/{payment_id}")).json()
    assert (charge["charged"], charge["refunded"]) == (1000, 0)


async def test_a_part_that_was_paid_goes_back_when_the_checkout_expires(shop: Shop) -> None:
    product = await shop.product(stock=1)
    checkout = await shop.checkout(product)
    invoice_id = checkout["invoice"]["id"]
    payment_id = (await shop.pay(invoice_id, amount="4.00")).json()["id"]
    await shop.sweep(3600)
    assert await shop.state(checkout) == ("refunded", "paid")
    assert (await shop.see(f"/billing/payments/{payment_id}"))["refunded"] == "4.00"
    assert (await shop.stock(product))["available"] == 1


async def test_money_for_a_void_invoice_goes_back(shop: Shop) -> None:
    checkout = await shop.checkout(await shop.product())
    invoice_id = checkout["invoice"]["id"]
    payment_id = (await shop.pay(invoice_id, source="card_late")).json()["id"]
    # The provider had been asked to stop, and charged all the same.
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(text("UPDATE payments SET state = 'cancelled', next_at = NULL"))
    path = f"/billing/checkouts/{checkout['id']}/cancel"
    assert (await shop.app.call("POST", path, shop.customer.token)).status_code == 200
    await asyncio.sleep(0.3)
    assert await shop.told(payment_id) == 200
    payment = await shop.see(f"/billing/payments/{payment_id}")
    assert (payment["state"], payment["refunded"]) == ("succeeded", "10.00")
    charge = (await shop.testpay.api.get(f"/v1/charges/{payment_id}")).json()
    assert charge["refunded"] == 1000
