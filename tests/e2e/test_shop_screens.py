"""Pictures of the shop's pages: 390 and 1440 px, light and dark, English and Indonesian."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator

from tests.e2e import pages, people, shop
from tests.e2e.browser import Scheme, page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product
from tests.e2e.test_screens import LANGUAGES, SIZES, shoot


def stock_the_shelves(host: Person) -> tuple[str, str]:
    """Some products of every kind; the ids of a songbook and a pack of minutes."""
    if not host.call("GET", "/products/categories")["items"]:
        host.call("POST", "/products/categories", json={"name": "Music"})
    category = host.call("GET", "/products/categories")["items"][0]["id"]
    shop.offer(host, "Piano lesson, 60 minutes", "40.00", category_id=category)
    shop.offer(host, "Metronome, wooden", "24.00", kind="goods", stock=0)
    book = shop.offer(
        host,
        "Songbook “First Chords”",
        "18.90",
        kind="goods",
        stock=4,
        category_id=category,
        description="Forty songs, spiral bound. The chords stand above the words.",
    )
    return book, shop.offer(host, "300 prepaid minutes", "135.00", kind="minutes", minutes=300)


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "id")])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_the_shop_fits_and_speaks_the_language(
    product: Product,
    host: Person,
    admin: Person,
    tmp_path: Path,
    shots: Path,
    size: str,
    scheme: Scheme,
    language: str,
) -> None:
    shop.open_for_business(admin)
    book, pack = stock_the_shelves(host)
    buyer = people.customer(product)
    for person in (host, buyer):
        person.call("PATCH", "/users/profile", json={"locale": language})
    width, height = SIZES[size]
    locale = LANGUAGES[language]
    async with profile(
        tmp_path / "profile", locale=locale, width=width, height=height, scheme=scheme
    ) as context:
        page = page_of(context)

        async def shot(what: str, marker: Locator) -> None:
            await shoot(page, shots / f"{what}-{size}-{scheme}-{language}.png", marker)

        async def see(path: str, what: str, marker: Locator) -> None:
            await page.goto(f"{product.url}/{path}")
            await shot(what, marker)

        await see("shop", "shop", by(page, "product"))
        await see(f"shop/{book}", "shop-product", by(page, "add-to-cart"))
        await see("shop/nothing", "shop-gone", by(page, "product-gone"))
        await see("checkout", "cart-empty", by(page, "cart-empty"))
        await shop.put_in_cart(page, product, book, pieces=2)
        await see("checkout", "cart-signed-out", by(page, "sign-in-to-order"))
        await pages.sign_in(page, product, buyer.email)
        await see("wallet", "wallet-empty", by(page, "wallet-empty"))
        await by(page, "top-up").click()
        await by(page, "preset-50").click()
        await shot("wallet-top-up", by(page, "pay"))
        await see("checkout", "cart", by(page, "total"))
        await by(page, "place-order").click()
        await shot("checkout", by(page, "pay"))
        await shop.to_card_page(page)
        await shop.pay_with(page, shop.DECLINED_CARD)
        await shot("checkout-declined", by(page, "payment-declined"))
        await by(page, "try-again").click()
        await shop.to_card_page(page)
        await shop.pay_with(page, shop.GOOD_CARD)
        await shot("checkout-paid", by(page, "order-paid"))
        await shop.put_in_cart(page, product, pack)
        await shop.place_order(page, product)
        await by(page, "cancel-order").click()
        await by(page, "confirm-cancel").click()
        await shot("checkout-cancelled", by(page, "order-cancelled"))
        await pages.sign_out(page)

        await pages.sign_in(page, product, host.email)
        await see("products", "products", by(page, "product-row"))
        await see("products?status=archived", "products-archived", by(page, "products-nothing"))
        await see("products/new", "product-new", by(page, "save-product"))
        await see(f"products/{book}", "product-edit", by(page, "movement"))
