"""Pictures of every page: 390 and 1440 px, light and dark, English and Indonesian.

They land in test-results/screenshots for a person to look at. The test holds what a machine can
see: the page's main element is there, nothing is wider than the screen, and the words are in the
language that was asked for.

"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e import pages
from tests.e2e.browser import Scheme, page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
LANGUAGES = {"en": "en-US", "id": "id-ID"}


async def shoot(page: Page, path: Path, marker: str) -> None:
    """Wait for a page's main element, check that it fits, take its picture."""
    await expect(by(page, marker).first).to_be_visible()
    await page.wait_for_timeout(300)  # fonts and skeletons
    await page.screenshot(path=path, full_page=True)
    too_wide = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert too_wide <= 0, f"{path.name}: {too_wide} px wider than the screen"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_fits_and_speaks_the_language(
    product: Product,
    host: Person,
    admin: Person,
    tmp_path: Path,
    shots: Path,
    size: str,
    scheme: Scheme,
    language: str,
) -> None:
    room = host.open_room("Piano, Tuesday")
    width, height = SIZES[size]
    folder = tmp_path / "profile"
    locale = LANGUAGES[language]
    async with profile(folder, locale=locale, width=width, height=height, scheme=scheme) as context:
        page = page_of(context)

        def name(what: str) -> Path:
            return shots / f"{what}-{size}-{scheme}-{language}.png"

        for path, marker in (
            ("sign-in", "sign-in-form"),
            ("register", "register-form"),
            ("set-up", "set-up-no-token"),
        ):
            await page.goto(f"{product.url}/{path}")
            await shoot(page, name(path), marker)
            assert await page.evaluate("document.documentElement.lang") == language
        await page.goto(f"{product.url}/rooms/{room}")
        await shoot(page, name("prejoin-signed-out"), "prejoin")
        await pages.sign_in(page, product, admin.email)
        await shoot(page, name("rooms"), "rooms")
        for path, marker in (("people", "person"), ("profile", "profile-form")):
            await page.goto(f"{product.url}/{path}")
            await shoot(page, name(path), marker)
        await page.goto(f"{product.url}/rooms/{room}")
        await shoot(page, name("prejoin"), "prejoin")
        await by(page, "join").click()
        await shoot(page, name("call"), "grid")
