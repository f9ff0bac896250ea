"""A purchase from first to last: offered, found, ordered, declined, paid, partly taken back."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e import office, pages, people, shop
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


async def read_receipt(page: Page, folder: Path) -> str:
    """The customer looks at the paid invoice and downloads it in both languages; its number."""
    await expect(office.status(page)).to_have_attribute("data-status", "paid")
    await expect(by(page, "invoice-line")).to_contain_text("First Chords")
    number = (await page.get_by_role("heading", level=1).inner_text()).removeprefix("Invoice ")
    english = await office.download(page, by(page, "download-pdf"), "en", folder)
    indonesian = await office.download(page, by(page, "download-pdf"), "id", folder)
    for text in (english, indonesian):
        assert number in text
        assert "First Chords" in text
        assert "Hana's School" in text or "Hana’s School" in text
        assert "Budi Buyer" in text
    assert "37.80" in english
    assert "37,80" in indonesian
    return number


async def take_one_back(page: Page, product: Product, invoice: str, folder: Path) -> None:
    """The host sees the sale and takes one of the two pieces back, into stock again."""
    await page.goto(f"{product.url}/sales")
    sale = page.locator(f'[data-testid="sale"][data-invoice="{invoice}"]')
    await expect(sale).to_contain_text("First Chords")
    await expect(sale).to_contain_text("$37.80")
    await sale.get_by_role("link").click()
    await office.choose(page, "action-refund")
    await by(page, "refund-lines").check()
    await by(page, "refund-quantity").fill("1")
    await by(page, "refund-reason").fill("The spiral was bent")
    await by(page, "refund-to-original").check()
    await by(page, "refund-stock").check()
    await by(page, "refund-submit").click()
    note = by(page, "credit-note")
    await expect(note).to_contain_text("$18.90")
    await expect(note.get_by_test_id("refund")).to_have_attribute("data-state", "succeeded")
    number = await note.get_attribute("data-number")
    text = await office.download(page, note.get_by_test_id("credit-note-pdf"), "en", folder)
    assert number
    assert number in text
    assert "The spiral was bent" in text
    assert "18.90" in text
    await page.goto(f"{product.url}/sales")
    await expect(sale.get_by_test_id("sale-credited")).to_contain_text("$18.90")


async def test_a_product_is_offered_found_declined_paid_and_taken_back(
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
        invoice = page.url.rsplit("/", 1)[-1]
        number = await read_receipt(page, tmp_path)

    async with profile(tmp_path / "host-again", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, host.email)
        await take_one_back(page, product, invoice, tmp_path)
    assert shop.available(host, songbook) == 2
    read = buyer.call("GET", f"/billing/invoices/{invoice}")
    assert (read["number"], read["credited"], read["refunded"]) == (number, "18.90", "18.90")
