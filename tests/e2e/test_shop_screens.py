"""Pictures of the shop's pages: 390 and 1440 px, light and dark, English and Indonesian."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

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


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of one browser in one size, scheme and language."""

    page: Page
    product: Product
    name: str  # of a file, with a place for what is seen

    async def shot(self, what: str, marker: Locator) -> None:
        await shoot(self.page, Path(self.name.format(what)), marker)

    async def see(self, path: str, what: str, marker: str) -> None:
        await self.page.goto(f"{self.product.url}/{path}")
        await self.shot(what, by(self.page, marker))


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
    async with profile(
        tmp_path / "profile",
        locale=LANGUAGES[language],
        width=width,
        height=height,
        scheme=scheme,
    ) as context:
        page = page_of(context)
        camera = Camera(page, product, f"{shots}/{{}}-{size}-{scheme}-{language}.png")
        await looks_around(camera, book)
        await pages.sign_in(page, product, buyer.email)
        await buys(camera, pack)
        await pages.sign_out(page)
        await pages.sign_in(page, product, host.email)
        await offers(camera, book)


async def looks_around(camera: Camera, book: str) -> None:
    """What somebody sees who is not signed in."""
    await camera.see("shop", "shop", "product")
    await camera.see(f"shop/{book}", "shop-product", "add-to-cart")
    await camera.see("shop/nothing", "shop-gone", "product-gone")
    await camera.see("checkout", "cart-empty", "cart-empty")
    await shop.put_in_cart(camera.page, camera.product, book, pieces=2)
    await camera.see("checkout", "cart-signed-out", "sign-in-to-order")


async def buys(camera: Camera, pack: str) -> None:
    """A wallet, a card that fails, one that works, and an order that is cancelled."""
    page = camera.page
    await camera.see("wallet", "wallet-empty", "wallet-empty")
    await by(page, "top-up").click()
    await by(page, "preset-50").click()
    await camera.shot("wallet-top-up", by(page, "pay"))
    await camera.see("checkout", "cart", "total")
    await by(page, "place-order").click()
    await camera.shot("checkout", by(page, "pay"))
    await shop.to_card_page(page)
    await shop.pay_with(page, shop.DECLINED_CARD)
    await camera.shot("checkout-declined", by(page, "payment-declined"))
    await by(page, "try-again").click()
    await shop.to_card_page(page)
    await shop.pay_with(page, shop.GOOD_CARD)
    await camera.shot("checkout-paid", by(page, "order-paid"))
    await shop.put_in_cart(page, camera.product, pack)
    await shop.place_order(page, camera.product)
    await by(page, "cancel-order").click()
    await by(page, "confirm-cancel").click()
    await camera.shot("checkout-cancelled", by(page, "order-cancelled"))


async def offers(camera: Camera, book: str) -> None:
    """The host's own products."""
    await camera.see("products", "products", "product-row")
    await camera.see("products?status=archived", "products-archived", "products-nothing")
    await camera.see("products/new", "product-new", "save-product")
    await camera.see(f"products/{book}", "product-edit", "movement")
