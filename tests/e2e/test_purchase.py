"""A purchase from the first page to the last: offered, found, ordered, declined, paid."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e import pages, people, shop
from tests.e2e.browser import page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product


async def offer_on_the_page(page: Page, product: Product) -> str:
    """The host fills in the form of a new product; its id."""
    await page.goto(f"{product.url}/products/new")
    await by(page, "kind-goods").click()
    await by(page, "product-name").fill("Songbook “First Chords”")
    await by(page, "product-description").fill("Forty songs, spiral bound.")
    await by(page, "product-price").fill("18.90")
    await by(page, "new-category").click()
    await by(page, "category-name").fill("Books")
    await by(page, "save-category").click()
    await expect(by(page, "product-category")).to_have_value("Books")
    await by(page, "product-stock").fill("3")
    await by(page, "save-product").click()
    await expect(by(page, "see-in-shop")).to_be_visible()
    await expect(by(page, "stock-available")).to_have_text("3")
    return page.url.rsplit("/", 1)[-1]


async def find_in_shop(page: Page, product: Product, words: str, product_id: str) -> None:
    """The customer searches the shop and opens what was found."""
    await page.goto(f"{product.url}/shop")
    await by(page, "shop-search").fill(words)
    found = page.locator(f'[data-testid="product"][data-product="{product_id}"]')
    await expect(by(page, "product")).to_have_count(1)
    await found.get_by_test_id("open-product").click()
    await expect(by(page, "product-page")).to_have_attribute("data-product", product_id)


async def test_a_product_is_offered_found_declined_and_paid(
    product: Product, host: Person, admin: Person, tmp_path: Path
) -> None:
    shop.open_for_business(admin)
    async with profile(tmp_path / "host", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, host.email)
        songbook = await offer_on_the_page(page, product)

    buyer = people.customer(product, "Budi Buyer")
    async with profile(tmp_path / "customer", devices=False) as context:
        page = page_of(context)
        # Looking around and filling the cart needs no account.
        await find_in_shop(page, product, "first chor", songbook)
        await by(page, "quantity-more").click()
        await by(page, "add-to-cart").click()
        await expect(by(page, "cart-link")).to_have_attribute("data-count", "2")
        await by(page, "to-cart").click()
        await by(page, "sign-in-to-order").click()
        await by(page, "email").fill(buyer.email)
        await by(page, "password").fill(people.PASSWORD)
        await by(page, "submit").click()
        await expect(by(page, "total")).to_contain_text("37.80")
        await by(page, "place-order").click()
        await expect(by(page, "checkout")).to_have_attribute("data-state", "reserved")
        await expect(by(page, "reserved-for")).to_be_visible()
        await expect(by(page, "cart-link")).to_have_attribute("data-count", "0")
        assert shop.available(host, songbook) == 1

        await shop.to_card_page(page)
        await shop.pay_with(page, shop.DECLINED_CARD)
        await expect(by(page, "payment-declined")).to_be_visible()
        await by(page, "try-again").click()
        await shop.to_card_page(page)
        await shop.pay_with(page, shop.GOOD_CARD)
        await expect(by(page, "order-paid")).to_be_visible()

        assert shop.available(host, songbook) == 1
        assert host.call("GET", f"/products/{songbook}/stock")["on_hand"] == 1
        await by(page, "see-invoice").click()
        await page.wait_for_url("**/invoices/*")
