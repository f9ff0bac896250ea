"""Pictures of the books: 390 and 1440 px, light and dark, English and Indonesian."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e import office, pages, people, shop
from tests.e2e.browser import Scheme, page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product
from tests.e2e.test_screens import LANGUAGES, SIZES, shoot


def keep_books(host: Person, buyer: Person) -> str:
    """A draft and an invoice that is paid in part and credited in part; the invoice's id."""
    lesson = shop.offer(host, "Piano lesson, 60 minutes", "40.00")
    draft = {"customer_email": buyer.email, "lines": [{"product_id": lesson, "quantity": "2"}]}
    host.call("POST", "/billing/invoices", json=draft)
    invoice = str(host.call("POST", "/billing/invoices", json=draft)["id"])
    host.call("POST", f"/billing/invoices/{invoice}/open")
    paid = {"payment_method": "test", "amount": "50.00", "source": "card_ok"}
    buyer.call("POST", f"/billing/invoices/{invoice}/pay", json=paid)
    taken_back = {"amount": "15.00", "reason": "Ended early", "refund": "wallet"}
    host.call("POST", f"/billing/invoices/{invoice}/credit-notes", json=taken_back)
    return invoice


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "id")])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_of_the_books_fits_and_speaks_the_language(
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
    buyer = people.customer(product)
    invoice = keep_books(host, buyer)
    admin.call("PATCH", "/users/profile", json={"locale": language})
    width, height = SIZES[size]
    locale = LANGUAGES[language]
    async with profile(
        tmp_path / "profile", locale=locale, width=width, height=height, scheme=scheme
    ) as context:
        page = page_of(context)

        async def shot(what: str, marker: Locator) -> None:
            await shoot(page, shots / f"{what}-{size}-{scheme}-{language}.png", marker)
            assert await page.evaluate("document.documentElement.lang") == language

        async def see(path: str, what: str, marker: Locator) -> None:
            await page.goto(f"{product.url}/{path}")
            await shot(what, marker)

        await pages.sign_in(page, product, admin.email)
        await see("invoices", "invoices", by(page, "invoice"))
        await see("invoices?q=9999", "invoices-nothing", by(page, "invoices-nothing"))
        await see(f"invoices/{invoice}", "invoice", by(page, "credit-note"))
        await office.choose(page, "action-refund")
        await shot("invoice-refund", by(page, "refund-form"))
        await see("invoices/new", "invoice-new", by(page, "invoice-form"))
        await see("sales", "sales", by(page, "sales-chart"))
        await see("billing/settings", "settings-seller", by(page, "seller-form"))
        await see("billing/settings?tab=taxes", "settings-taxes", by(page, "new-tax"))
        await see("billing/settings?tab=numbering", "settings-numbering", by(page, "time-zone"))
        await see("billing/settings?tab=methods", "settings-methods", by(page, "method"))


async def test_a_phone_leads_everywhere_by_keyboard(
    product: Product, admin: Person, tmp_path: Path
) -> None:
    async with profile(tmp_path / "profile", devices=False, width=320, height=640) as context:
        page = page_of(context)
        await pages.sign_in(page, product, admin.email)
        await by(page, "nav-more").focus()
        await page.keyboard.press("Enter")
        await expect(by(page, "nav-invoices")).to_be_visible()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/invoices")
        await expect(by(page, "nav-more")).to_have_attribute("data-status", "active")
        small = await page.evaluate(
            """() => [...document.querySelectorAll("header a, header button, nav a, nav button")]
                .map((e) => [e.dataset.testid ?? e.textContent, e.getBoundingClientRect()])
                .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 44))
                .map(([name]) => name)"""
        )
        assert small == []
