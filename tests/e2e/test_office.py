"""The books on the page: what an administrator sets up, and an invoice written by hand."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e import office, pages, people
from tests.e2e.browser import page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product


def png(path: Path, width: int = 120, height: int = 40) -> Path:
    """A teal rectangle, as somebody's logo."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = (b"\x00" + b"\x17\x82\x7b" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


async def fill_in_seller(page: Page, product: Product, folder: Path) -> None:
    await page.goto(f"{product.url}/billing/settings")
    await by(page, "seller-name").fill("")
    await by(page, "save-seller").click()
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()
    await by(page, "seller-name").fill("Hana's School")
    await by(page, "seller-address").fill("1 Main Street\n\nSpringfield")
    await by(page, "seller-tax_number").fill("TAX-12345")
    await by(page, "seller-footer").fill("Thank you for learning with us.")
    await by(page, "save-seller").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    async with page.expect_file_chooser() as chooser:
        await by(page, "upload-logo").click()
    await (await chooser.value).set_files(png(folder / "logo.png"))
    await expect(by(page, "seller-logo")).to_be_visible()
    assert await by(page, "seller-logo").evaluate("image => image.naturalWidth") == 120


async def add_tax(page: Page, name: str, rate: str) -> None:
    """For a class of its own, so that what other tests sell stays without it."""
    await by(page, "tab-taxes").click()
    await by(page, "new-tax").click()
    await by(page, "tax-name").fill(name)
    await by(page, "tax-rate").fill("120")
    await by(page, "save-tax").click()
    await expect(page.get_by_text("between 0 and 100")).to_be_visible()
    await by(page, "tax-rate").fill(rate)
    await by(page, "tax-class-standard").uncheck()
    await by(page, "tax-class-reduced").check()
    await by(page, "save-tax").click()
    await expect(by(page, "tax").filter(has_text=name)).to_contain_text(f"{rate}%")


async def number_and_remind(page: Page) -> None:
    await by(page, "tab-numbering").click()
    await by(page, "invoice_format").fill("{year}")
    await expect(page.get_by_text("must be in it once")).to_be_visible()
    await by(page, "invoice_format").fill("{year}-{number:05d}")
    await expect(by(page, "number-example").first).to_contain_text(re.compile(r"20\d\d-00042"))
    await by(page, "reminder-days").fill("7, 2")
    await by(page, "save-numbering").click()
    await expect(page.get_by_text("Saved.").first).to_be_visible()


async def offer_transfers(page: Page) -> None:
    await by(page, "tab-methods").click()
    transfer = page.locator('[data-testid="method"][data-method="manual"]')
    await transfer.get_by_test_id("method-instructions").fill("Bank of Springfield, 123 456")
    await transfer.get_by_test_id("save-instructions").click()
    await expect(transfer.get_by_test_id("save-instructions")).to_be_disabled()
    wallet = page.locator('[data-testid="method"][data-method="wallet"]')
    for wanted in (False, True):
        await wallet.get_by_test_id("method-enabled").set_checked(wanted, force=True)
        await expect(wallet.get_by_test_id("method-enabled")).to_be_checked(checked=wanted)
        await expect(wallet.get_by_test_id("method-enabled")).to_be_enabled()


async def test_an_administrator_sets_up_billing(
    product: Product, admin: Person, tmp_path: Path
) -> None:
    async with profile(tmp_path / "admin", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, admin.email)
        await fill_in_seller(page, product, tmp_path)
        await add_tax(page, "Book tax", "7.5")
        await number_and_remind(page)
        await offer_transfers(page)
    seller = admin.call("GET", "/billing/seller")
    assert seller["address"] == ["1 Main Street", "Springfield"]
    assert (seller["reminder_days"], seller["complete"]) == ([2, 7], True)
    methods = {item["id"]: item for item in admin.call("GET", "/billing/payment-methods")["items"]}
    assert methods["manual"]["instructions"] == "Bank of Springfield, 123 456"
    assert methods["wallet"]["enabled"] is True


async def write_invoice(page: Page, product: Product, email: str) -> str:
    """Two lines with a discount, looked at before they are saved, then issued; its id."""
    await page.goto(f"{product.url}/invoices/new")
    await by(page, "customer-email").fill(email)
    await office.add_line(page, 0, "Recital, hall and piano", "1", "100")
    await expect(by(page, "total")).to_contain_text("$100.00")
    await office.add_line(page, 1, "Sheet music", "2", "12.50")
    await by(page, "line-discount").nth(1).fill("10")
    await expect(by(page, "total")).to_contain_text("$122.50")
    invoice = await office.save_draft(page)
    await expect(office.status(page)).to_have_attribute("data-status", "draft")
    await by(page, "action-open").click()
    await expect(office.status(page)).to_have_attribute("data-status", "open")
    return invoice


async def test_an_invoice_is_written_paid_in_parts_and_partly_taken_back(
    product: Product, host: Person, admin: Person, tmp_path: Path
) -> None:
    seller = {"name": "Hana's School", "address": ["1 Main Street"]}
    admin.call("PUT", "/billing/seller", json=seller)
    buyer = people.customer(product, "Budi Buyer")
    async with profile(tmp_path / "host", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, host.email)
        invoice = await write_invoice(page, product, buyer.email)

    async with profile(tmp_path / "customer", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, buyer.email)
        await by(page, "nav-invoices").click()
        row = page.locator(f'[data-testid="invoice"][data-invoice="{invoice}"]')
        await row.get_by_role("link").click()
        await page.locator('[data-testid="payment-method"][data-method="manual"]').click()
        await by(page, "payment-amount").fill("22.50")
        await by(page, "pay").click()
        await expect(by(page, "payment-instructions")).to_be_visible()
        reference = await by(page, "payment-reference").inner_text()
        assert reference.strip()

    async with profile(tmp_path / "admin", devices=False) as context:
        page = page_of(context)
        await pages.sign_in(page, product, admin.email)
        await office.open_invoice(page, product, invoice)
        await by(page, "confirm-payment").click()
        await by(page, "confirm-submit").click()
        await expect(by(page, "due")).to_have_text("$100.00")
        await office.choose(page, "action-refund")
        await by(page, "refund-lines").check()
        await by(page, "refund-quantity").nth(1).fill("3")
        await by(page, "refund-reason").fill("One copy came back")
        await by(page, "refund-submit").click()
        await expect(page.get_by_text("Up to 2")).to_be_visible()
        await by(page, "refund-quantity").nth(1).fill("1")
        await by(page, "refund-to-wallet").check()
        await by(page, "refund-submit").click()
        note = by(page, "credit-note")
        await expect(note).to_contain_text("$11.25")
        text = await office.download(page, note.get_by_test_id("credit-note-pdf"), "id", tmp_path)
        assert "One copy came back" in text
        assert "11,25" in text
    read = buyer.call("GET", f"/billing/invoices/{invoice}")
    assert read["credited"] == "11.25"
