"""What host and customer do in the shop: on the page by test ids, or quickly through the API."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"


def open_for_business(admin: Person) -> None:
    """Name the seller: without name and address no invoice leaves the house."""
    admin.call(
        "PUT",
        "/billing/seller",
        json={
            "name": "Hana's School",
            "address": ["1 Main Street", "Springfield"],
            "email": "billing@example.org",
        },
    )


def offer(host: Person, name: str, price: str, **fields: Any) -> str:
    """A product through the API; its id."""
    body = {"name": name, "price": price, **fields}
    return str(host.call("POST", "/products", json=body)["id"])


def available(host: Person, product_id: str) -> int:
    """How many pieces of a product can be bought now."""
    return int(host.call("GET", f"/products/{product_id}/stock")["available"])


def line(page: Page, product_id: str) -> Locator:
    """A product's line in the cart."""
    return page.locator(f'[data-testid="cart-line"][data-product="{product_id}"]')


async def put_in_cart(page: Page, product: Product, product_id: str, pieces: int = 1) -> None:
    """Open a product's page and put some of it in the cart."""
    await page.goto(f"{product.url}/shop/{product_id}")
    for _ in range(pieces - 1):
        await by(page, "quantity-more").click()
    await by(page, "add-to-cart").click()
    await expect(by(page, "in-cart")).to_have_attribute("data-count", re.compile(r"[1-9]"))


async def place_order(page: Page, product: Product) -> str:
    """Order what is in the cart; the checkout's id."""
    await page.goto(f"{product.url}/checkout")
    await by(page, "place-order").click()
    await expect(by(page, "checkout")).to_have_attribute("data-state", "reserved", timeout=20_000)
    return page.url.rsplit("/", 1)[-1]


async def to_card_page(page: Page) -> None:
    """Choose the trial card in the payment panel and follow it to the provider's page."""
    await page.locator('[data-testid="payment-method"][data-method="test"]').click()
    await by(page, "pay").click()
    await page.wait_for_url(re.compile(r"/pay/"))


async def pay_with(page: Page, card: str) -> None:
    """Type a card on the provider's page, which then leads back."""
    await page.locator("#number").fill(card)
    await page.locator("form:has(#number) button[type=submit]").click()
    await page.wait_for_url(re.compile(r"[?&]payment="))
