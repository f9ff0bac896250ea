"""The shop on the page: finding, editing, carts that meet a changed shop, orders, the wallet."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.e2e import pages, people, shop
from tests.e2e.browser import page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product, running


async def test_search_and_filters_live_in_the_address(
    product: Product, host: Person, tmp_path: Path
) -> None:
    violin = shop.offer(host, "Violin lesson", "45.00")
    shop.offer(host, "Violin strings", "15.00", kind="goods", stock=9)
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await page.goto(f"{product.url}/shop")
        await by(page, "shop-search").fill("violin")
        await expect(by(page, "product")).to_have_count(2)
        await by(page, "filter-min").fill("20")
        await expect(by(page, "product")).to_have_count(1)
        await expect(by(page, "found")).to_have_text("1 product")
        await expect(page).to_have_url(re.compile(r"/shop\?q=violin&min=.*20"))
        await page.reload()
        await expect(by(page, "shop-search")).to_have_value("violin")
        await expect(by(page, "filter-min")).to_have_value("20")
        await expect(by(page, "product")).to_have_attribute("data-product", violin)
        await by(page, "clear-filters").click()
        await expect(by(page, "product")).to_have_count(2)
        await by(page, "shop-search").fill("no such thing")
        await expect(by(page, "shop-empty")).to_be_visible()


async def test_a_host_changes_counts_archives_and_deletes_a_product(
    product: Product, host: Person, tmp_path: Path
) -> None:
    lesson = shop.offer(host, "Harp lesson", "50.00", stock=2)
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, host.email)
        await page.goto(f"{product.url}/products?q=harp")
        await by(page, "edit-row").click()
        await by(page, "product-price").fill("55.5")
        await by(page, "product-name").fill("")
        await by(page, "save-product").click()
        await expect(by(page, "product-name")).to_have_attribute("aria-invalid", "true")
        await by(page, "product-name").fill("Harp lesson, 60 minutes")
        await by(page, "save-product").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Harp lesson, 60 minutes")
        assert host.call("GET", f"/products/{lesson}")["price"] == "55.50"

        await by(page, "add-movement").click()
        await by(page, "movement-direction").get_by_text("Less").click()
        await by(page, "movement-quantity").fill("5")
        await by(page, "save-movement").click()
        await expect(page.get_by_text("So many are not there.")).to_be_visible()
        await by(page, "movement-quantity").fill("1")
        await by(page, "movement-note").fill("A string broke")
        await by(page, "save-movement").click()
        await expect(by(page, "stock-available")).to_have_text("1")
        await expect(by(page, "movement").first).to_contain_text("A string broke")

        await by(page, "archive-product").click()
        await expect(by(page, "restore-product")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await expect(by(page, "archive-product")).to_be_visible()
        await by(page, "delete-product").click()
        await by(page, "confirm-delete").click()
        await page.wait_for_url("**/products")
        await expect(page.locator(f'[data-product="{lesson}"]')).to_have_count(0)


async def test_two_windows_do_not_overwrite_each_other(
    product: Product, host: Person, tmp_path: Path
) -> None:
    lesson = shop.offer(host, "Flute lesson", "30.00")
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, host.email)
        await page.goto(f"{product.url}/products/{lesson}")
        await by(page, "product-description").fill("From this window")
        host.call("PATCH", f"/products/{lesson}", json={"description": "From elsewhere"})
        await by(page, "save-product").click()
        await expect(by(page, "product-changed")).to_be_visible()
        assert host.call("GET", f"/products/{lesson}")["description"] == "From elsewhere"
        await by(page, "product-changed").get_by_role("button").click()
        await expect(by(page, "product-description")).to_have_value("From elsewhere")


async def test_a_cart_says_what_sold_out_and_what_costs_more(
    product: Product, host: Person, admin: Person, customer: Person, tmp_path: Path
) -> None:
    shop.open_for_business(admin)
    book = shop.offer(host, "Scale book", "10.00", kind="goods", stock=3)
    pen = shop.offer(host, "Pencil", "2.00", kind="goods", stock=1)
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, customer.email)
        await shop.put_in_cart(page, product, book, pieces=3)
        await shop.put_in_cart(page, product, pen)
        await page.goto(f"{product.url}/checkout")
        await expect(by(page, "total")).to_contain_text("32.00")
        # The page is open while others buy and the host thinks again.
        for item, pieces in ((book, -1), (pen, -1)):
            movement = {"quantity": pieces, "reason": "damaged"}
            host.call("POST", f"/products/{item}/stock/movements", json=movement)
        await by(page, "place-order").click()
        await expect(by(page, "cart-missing")).to_be_visible()
        await expect(shop.line(page, book).get_by_test_id("line-missing")).to_have_text(
            "Only 2 left."
        )
        await expect(shop.line(page, pen).get_by_test_id("line-missing")).to_have_text("Sold out.")
        await by(page, "take-what-is-left").click()
        await expect(by(page, "cart-line")).to_have_count(1)
        await expect(by(page, "total")).to_contain_text("20.00")

        host.call("PATCH", f"/products/{book}", json={"price": "12.00"})
        await by(page, "place-order").click()
        await expect(by(page, "price-changed")).to_be_visible()
        await expect(by(page, "place-order")).to_contain_text("24.00")
        await by(page, "place-order").click()
        await expect(by(page, "checkout")).to_have_attribute("data-state", "reserved")


async def test_a_cancelled_order_frees_the_stock_and_can_be_ordered_again(
    product: Product, host: Person, admin: Person, customer: Person, tmp_path: Path
) -> None:
    shop.open_for_business(admin)
    stand = shop.offer(host, "Music stand", "20.00", kind="goods", stock=1)
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, customer.email)
        await shop.put_in_cart(page, product, stand)
        await shop.place_order(page, product)
        assert shop.available(host, stand) == 0
        await by(page, "cancel-order").click()
        await by(page, "confirm-cancel").click()
        await expect(by(page, "order-cancelled")).to_be_visible()
        assert shop.available(host, stand) == 1
        await by(page, "order-again").click()
        await expect(shop.line(page, stand)).to_be_visible()


async def test_a_wallet_is_filled_by_card_and_pays_for_minutes(
    product: Product, host: Person, admin: Person, customer: Person, tmp_path: Path
) -> None:
    shop.open_for_business(admin)
    pack = shop.offer(host, "Ninety minutes", "36.00", kind="minutes", minutes=90)
    async with profile(tmp_path / "browser", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, customer.email)
        await page.goto(f"{product.url}/wallet")
        await expect(by(page, "wallet-empty")).to_be_visible()
        await by(page, "top-up").click()
        await by(page, "preset-50").click()
        await shop.to_card_page(page)
        await shop.pay_with(page, shop.GOOD_CARD)
        await expect(by(page, "topped-up")).to_contain_text("$50.00")
        await by(page, "top-up-done").click()
        await expect(figure(page, "balance-USD")).to_have_text("$50.00")
        await expect(by(page, "wallet-entry")).to_have_attribute("data-kind", "top_up")

        await shop.put_in_cart(page, product, pack)
        await shop.place_order(page, product)
        await page.locator('[data-testid="payment-method"][data-method="wallet"]').click()
        await by(page, "pay").click()
        await expect(by(page, "order-paid")).to_be_visible()
        await by(page, "see-wallet").click()
        await expect(figure(page, "balance-USD")).to_have_text("$14.00")
        await expect(figure(page, "balance-minutes")).to_have_text("1 h 30 min")
        async with page.expect_download() as download:
            await by(page, "download-statement").click()
        statement = Path(await (await download.value).path()).read_text()
        assert "-36.00" in statement
        assert "14.00" in statement


def figure(page: Page, balance: str) -> Locator:
    """The number on a card of the wallet."""
    return by(page, balance).get_by_test_id("figure")


async def test_an_order_that_nobody_pays_ends_by_itself_and_frees_the_stock(
    tmp_path: Path,
) -> None:
    short = {"VIDEOCALL_SHOP__CHECKOUT_SECONDS": "8"}
    with running(tmp_path / "product", extra=short) as product:
        admin = people.set_up(product)
        shop.open_for_business(admin)
        drum = shop.offer(admin, "Hand drum", "60.00", kind="goods", stock=1)
        buyer = people.customer(product)
        async with profile(tmp_path / "browser", devices=False) as context:
            page = page_of(context)
            await pages.sign_in(page, product, buyer.email)
            await shop.put_in_cart(page, product, drum)
            await shop.place_order(page, product)
            assert shop.available(admin, drum) == 0
            # The page turns without anybody touching it.
            await expect(by(page, "order-expired")).to_be_visible(timeout=60_000)
            assert shop.available(admin, drum) == 1
            await by(page, "order-again").click()
            await expect(shop.line(page, drum)).to_be_visible()
