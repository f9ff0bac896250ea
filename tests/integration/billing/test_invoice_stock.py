"""Stock around invoices that are written by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.shop import Shop, open_shop


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path) as opened:
        yield opened


async def draft(shop: Shop, product: dict[str, Any], **line: object) -> str:
    """A draft of the host with two pieces; its id."""
    lines = [{"product_id": product["id"], "quantity": "2", **line}]
    body = {"customer_id": shop.customer.id, "lines": lines}
    answer = await shop.app.call("POST", "/billing/invoices", shop.host.token, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def opened(shop: Shop, invoice_id: str) -> Any:
    path = f"/billing/invoices/{invoice_id}/open"
    return await shop.app.call("POST", path, shop.host.token)


async def test_opening_takes_the_pieces_and_voiding_brings_them_back(shop: Shop) -> None:
    product = await shop.product(stock=5)
    invoice_id = await draft(shop, product)
    assert (await shop.stock(product))["available"] == 5
    assert (await opened(shop, invoice_id)).status_code == 200
    assert (await shop.stock(product))["on_hand"] == 3
    path = f"/billing/invoices/{invoice_id}/void"
    answer = await shop.app.call("POST", path, shop.host.token, json={"reason": "Mistake"})
    assert answer.status_code == 200, answer.text
    assert (await shop.stock(product))["on_hand"] == 5


async def test_what_is_not_there_is_not_invoiced(shop: Shop) -> None:
    product = await shop.product(stock=1)
    invoice_id = await draft(shop, product)
    answer = await opened(shop, invoice_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "products.out_of_stock")
    assert (await shop.invoice(invoice_id))["status"] == "draft"
    await shop.sweep(3600)
    assert (await shop.stock(product))["available"] == 1


async def test_a_crash_after_the_opening_still_takes_the_pieces(shop: Shop) -> None:
    product = await shop.product(stock=5)
    invoice_id = await draft(shop, product)
    await opened(shop, invoice_id)
    # As after a kill right behind the commit of the opening.
    async with shop.app.container.engine.begin() as connection:
        await connection.execute(text("UPDATE stock_reservations SET state = 'active'"))
        await connection.execute(text("UPDATE products SET stock_on_hand = 5, stock_reserved = 2"))
        await connection.execute(
            text(
                "INSERT INTO stock_tasks (id, invoice_id, kind, items, created_at, next_at, "
                "attempts) SELECT 'take', id, 'take', '[]', created_at, created_at, 0 FROM invoices"
            )
        )
    await shop.sweep(1)
    stock = await shop.stock(product)
    assert (stock["on_hand"], stock["reserved"]) == (3, 0)


async def test_a_gift_is_sold_when_it_opens(shop: Shop) -> None:
    product = await shop.product(kind="minutes", minutes=30, stock=None)
    invoice_id = await draft(shop, product, unit_price="0")
    answer = await opened(shop, invoice_id)
    assert answer.json()["status"] == "paid", answer.text
    wallet = await shop.see("/billing/wallet", shop.customer)
    assert int(wallet["minutes"]["available"]) == 3600
    assert len((await shop.see("/billing/sales", shop.host))["items"]) == 1
