"""Checkouts over HTTP, with the test provider listening on a port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.factories import people
from tests.factories.shop import Shop, open_shop


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path) as opened:
        yield opened


async def test_a_purchase_from_reservation_to_taken_stock(shop: Shop) -> None:
    product = await shop.product(stock=5, price="10.00")
    checkout = await shop.checkout(product, 2)
    invoice = checkout["invoice"]
    assert (checkout["state"], invoice["status"], invoice["total"]) == ("reserved", "open", "20.00")
    assert invoice["number"]
    assert (await shop.stock(product))["reserved"] == 2
    paid = await shop.pay(invoice["id"])
    assert paid.status_code == 201, paid.text
    assert (paid.json()["state"], paid.json()["amount"]) == ("succeeded", "20.00")
    assert await shop.state(checkout) == ("paid", "paid")
    stock = await shop.stock(product)
    assert (stock["on_hand"], stock["reserved"]) == (3, 0)


async def test_a_declined_card_leaves_the_checkout_waiting(shop: Shop) -> None:
    checkout = await shop.checkout(await shop.product())
    invoice_id = checkout["invoice"]["id"]
    declined = await shop.pay(invoice_id, source="card_declined")
    assert (declined.status_code, declined.json()["code"]) == (402, "billing.card_declined")
    (payment,) = await shop.payments(invoice_id)
    assert payment["id"] == declined.headers["payment-id"]
    assert payment["state"] == "failed"
    assert payment["failure"]["code"] == "card_declined"
    assert (await shop.pay(invoice_id)).status_code == 201
    assert await shop.state(checkout) == ("paid", "paid")


async def test_an_unpaid_checkout_expires_and_frees_its_pieces(shop: Shop) -> None:
    product = await shop.product(stock=1)
    checkout = await shop.checkout(product)
    await shop.sweep(1799)
    assert await shop.state(checkout) == ("reserved", "open")
    await shop.sweep(1)
    assert await shop.state(checkout) == ("expired", "void")
    stock = await shop.stock(product)
    assert (stock["on_hand"], stock["reserved"]) == (1, 0)
    late = await shop.pay(checkout["invoice"]["id"])
    assert (late.status_code, late.json()["code"]) == (409, "billing.invoice_not_open")


async def test_a_cancelled_checkout_stops_its_payment(shop: Shop) -> None:
    product = await shop.product(stock=1)
    checkout = await shop.checkout(product)
    invoice_id = checkout["invoice"]["id"]
    waiting = await shop.pay(invoice_id, source="card_second_step")
    assert waiting.json()["state"] == "requires_action"
    path = f"/billing/checkouts/{checkout['id']}/cancel"
    answer = await shop.app.call("POST", path, shop.customer.token)
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled"), answer.text
    assert [item["state"] for item in await shop.payments(invoice_id)] == ["cancelled"]
    assert await shop.state(checkout) == ("cancelled", "void")
    assert (await shop.stock(product))["available"] == 1


async def test_a_payment_that_is_faster_than_the_expiry_wins(shop: Shop) -> None:
    product = await shop.product(stock=1)
    checkout = await shop.checkout(product)
    invoice_id = checkout["invoice"]["id"]
    pending = await shop.pay(invoice_id, source="card_ok", return_url=None)
    assert pending.status_code == 201
    await shop.sweep(3600)
    assert await shop.state(checkout) == ("paid", "paid")


async def test_money_that_comes_when_the_pieces_are_gone_goes_back(shop: Shop) -> None:
    product = await shop.product(stock=1)
    checkout = await shop.checkout(product)
    invoice_id = checkout["invoice"]["id"]
    transfer = await shop.pay(invoice_id, payment_method="manual", source=None)
    assert transfer.json()["next_action"]["type"] == "instructions"
    assert transfer.json()["next_action"]["text"] == "Bank 1"
    later = await shop.app.call("GET", f"/billing/checkouts/{checkout['id']}", shop.customer.token)
    assert later.json()["expires_at"] > checkout["expires_at"]
    await shop.stock_door.release(f"invoice:{invoice_id}")
    other = await shop.checkout(product, buyer=await people.person(shop.app))
    assert other["state"] == "reserved"
    path = f"/billing/payments/{transfer.json()['id']}/confirm"
    confirmed = await shop.app.call("POST", path, shop.admin.token, json={})
    assert confirmed.status_code == 200, confirmed.text
    seen = await shop.see(f"/billing/checkouts/{checkout['id']}")
    assert seen["state"] == "refunded"
    assert (seen["invoice"]["credited"], seen["invoice"]["refunded"]) == ("10.00", "10.00")
    assert len(seen["invoice"]["credit_notes"]) == 1
    assert (await shop.stock(product))["reserved"] == 1


async def test_what_was_shown_counts(shop: Shop) -> None:
    product = await shop.product(price="10.00")
    body = {"items": [{"product_id": product["id"], "quantity": 1}], "expected_total": "9.00"}
    answer = await shop.app.call("POST", "/billing/checkouts", shop.customer.token, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "billing.price_changed")
    quote = await shop.app.call(
        "POST",
        "/billing/checkouts/quote",
        shop.customer.token,
        json={"items": [{"product_id": product["id"], "quantity": 3}]},
    )
    assert (quote.status_code, quote.json()["total"]) == (200, "30.00")


async def test_one_purchase_for_one_key(shop: Shop) -> None:
    product = await shop.product(stock=10)
    body = {"items": [{"product_id": product["id"], "quantity": 1}]}
    headers = {"Idempotency-Key": "once"}
    answers = [
        await shop.app.call(
            "POST", "/billing/checkouts", shop.customer.token, json=body, headers=headers
        )
        for _ in range(3)
    ]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await shop.stock(product))["reserved"] == 1
    invoice_id = answers[0].json()["invoice"]["id"]
    paid = [await shop.pay(invoice_id, key="pay-once") for _ in range(3)]
    assert len({answer.json()["id"] for answer in paid}) == 1
    assert len(await shop.payments(invoice_id)) == 1


async def test_somebody_elses_checkout_is_not_there(shop: Shop) -> None:
    checkout = await shop.checkout(await shop.product())
    other = await people.person(shop.app)
    path = f"/billing/checkouts/{checkout['id']}"
    for method, where in (("GET", path), ("POST", f"{path}/cancel")):
        assert (await shop.app.call(method, where, other.token)).status_code == 404
    paid = await shop.pay(checkout["invoice"]["id"], buyer=other)
    assert (paid.status_code, paid.json()["code"]) == (404, "billing.invoice_not_found")
