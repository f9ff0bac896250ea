"""What sellers do with their books on the page, by the test ids listed in web/README.md."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, Page, expect
from pypdf import PdfReader

from tests.e2e.pages import by
from tests.e2e.product import Product


async def choose(page: Page, test_id: str) -> None:
    """Press an entry of the invoice's menu."""
    await by(page, "invoice-menu").click()
    await by(page, test_id).click()


async def download(page: Page, button: Locator, language: str, folder: Path) -> str:
    """Download a document as PDF in a language; all its text on one line."""
    await button.click()
    test_id = await button.get_attribute("data-testid")
    async with page.expect_download() as started:
        await page.get_by_test_id(f"{test_id}-{language}").click()
    got = await started.value
    path = folder / f"{language}-{got.suggested_filename}"
    await got.save_as(path)
    assert path.read_bytes().startswith(b"%PDF-"), path
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


async def add_line(page: Page, place: int, what: str, quantity: str, price: str) -> None:
    """Fill in a line of a draft with free text; adds it unless it is the first."""
    if place > 0:
        await by(page, "add-line").click()
    await by(page, "line-what").nth(place).fill(what)
    await page.keyboard.press("Escape")
    await by(page, "line-quantity").nth(place).fill(quantity)
    await by(page, "line-price").nth(place).fill(price)


async def save_draft(page: Page) -> str:
    """Save the draft in the form; the invoice's id."""
    await by(page, "save-invoice").click()
    await expect(by(page, "invoice-document")).to_be_visible()
    return page.url.rsplit("/", 1)[-1]


async def open_invoice(page: Page, product: Product, invoice: str) -> None:
    """Go to an invoice."""
    await page.goto(f"{product.url}/invoices/{invoice}")
    await expect(by(page, "invoice-document")).to_be_visible()


def status(page: Page) -> Locator:
    """The state of the invoice that is shown."""
    return by(page, "invoice-status")
