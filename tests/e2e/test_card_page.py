"""The trial card page in Chromium: from the shop to a card and back, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import Scheme, page_of, profile
from tests.e2e.test_screens import LANGUAGES, SIZES, shoot
from tests.factories.testpay import Receiver, Testpay, receiving, serving_testpay


@pytest.fixture
async def shop() -> AsyncIterator[Receiver]:
    """Where the page leads back to: it answers everything."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def testpay(shop: Receiver, tmp_path: Path) -> AsyncIterator[Testpay]:
    async with serving_testpay(tmp_path, webhook_url=shop.url) as made:
        yield made


async def charge(testpay: Testpay, shop: Receiver, payment_id: str) -> str:
    """Start a charge; the address of its page."""
    order = {
        "payment_id": payment_id,
        "amount": 129_900,
        "currency": "USD",
        "description": "Ten lessons of piano, Tuesdays",
        "return_url": f"{shop.url}?order=7",
    }
    made = await testpay.api.post("/v1/charges", json=order)
    return str(made.raise_for_status().json()["page_url"])


async def status(testpay: Testpay, payment_id: str) -> str:
    found: httpx.Response = await testpay.api.get(f"/v1/charges/{payment_id}")
    return str(found.json()["status"])


async def comes_back(page: Page, shop: Receiver, payment_id: str) -> None:
    await page.wait_for_url(f"{shop.url}?order=7&payment={payment_id}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_card_page_fits_and_speaks_the_language(
    testpay: Testpay,
    shop: Receiver,
    tmp_path: Path,
    shots: Path,
    size: str,
    scheme: Scheme,
    language: str,
) -> None:
    width, height = SIZES[size]
    folder, locale = tmp_path / "profile", LANGUAGES[language]
    async with profile(folder, locale=locale, width=width, height=height, scheme=scheme) as context:
        page = page_of(context)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        name = f"{size}-{scheme}-{language}.png"
        await page.goto(await charge(testpay, shop, "p1"))
        note = page.get_by_role("note")
        await shoot(page, shots / f"card-page-{name}", note)
        assert await page.evaluate("document.documentElement.lang") == language
        await expect(note).to_contain_text("money" if language == "en" else "uang")
        heights = await page.eval_on_selector_all(
            "button, input, a", "found => found.map(it => it.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44
        await page.locator('[data-source="card_second_step"]').click()
        await shoot(page, shots / f"card-second-step-{name}", page.locator('[name="answer"]'))
        assert said == []


async def test_a_picked_card_pays_and_leads_back_to_the_shop(
    testpay: Testpay, shop: Receiver, tmp_path: Path
) -> None:
    async with profile(tmp_path / "profile", locale="en-US") as context:
        page = page_of(context)
        for payment_id, source, ends in (
            ("p1", "card_ok", "succeeded"),
            ("p2", "card_declined", "failed"),
        ):
            await page.goto(await charge(testpay, shop, payment_id))
            await page.locator(f'[data-source="{source}"]').click()
            await comes_back(page, shop, payment_id)
            assert await status(testpay, payment_id) == ends


async def test_a_payer_with_a_keyboard_alone(
    testpay: Testpay, shop: Receiver, tmp_path: Path
) -> None:
    async with profile(tmp_path / "profile", locale="en-US") as context:
        page = page_of(context)
        await page.goto(await charge(testpay, shop, "p1"))
        number = page.get_by_label("Card number")
        while not await number.evaluate("it => it === document.activeElement"):
            await page.keyboard.press("Tab")
        await page.keyboard.type("1234")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(number).to_be_focused()
        await expect(number).to_have_value("1234")
        await number.fill("4000 0025 0000 3155")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Confirm it's you")).to_be_visible()
        await page.get_by_role("button", name="Confirm").press("Enter")
        await comes_back(page, shop, "p1")
        assert await status(testpay, "p1") == "succeeded"


async def test_a_payer_who_goes_back_has_not_paid(
    testpay: Testpay, shop: Receiver, tmp_path: Path
) -> None:
    async with profile(tmp_path / "profile", locale="en-US") as context:
        page = page_of(context)
        await page.goto(await charge(testpay, shop, "p1"))
        await page.get_by_role("link", name="Bahasa Indonesia").click()
        await page.get_by_role("button", name="Batal dan kembali").click()
        await comes_back(page, shop, "p1")
        assert await status(testpay, "p1") == "cancelled"
