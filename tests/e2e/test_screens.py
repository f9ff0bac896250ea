"""Pictures of every page: 390 and 1440 px, light and dark, English and Indonesian.

They land in test-results/screenshots for a person to look at. The test holds what a machine can
see: the page's main element is there, nothing is wider than the screen, and the words are in the
language that was asked for.

"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e import pages
from tests.e2e.browser import Scheme, page_of, profile
from tests.e2e.pages import by
from tests.e2e.people import Person
from tests.e2e.product import Product

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
LANGUAGES = {"en": "en-US", "id": "id-ID"}


async def shoot(page: Page, path: Path, marker: Locator) -> None:
    """Wait for a page's main element, check that it fits, take its picture."""
    await expect(marker.first).to_be_visible(timeout=15_000)
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

        async def see(path: str, marker: Locator, what: str | None = None) -> None:
            await page.goto(f"{product.url}/{path}")
            await shoot(page, shots / f"{what or path}-{size}-{scheme}-{language}.png", marker)
            assert await page.evaluate("document.documentElement.lang") == language

        await see("sign-in", by(page, "sign-in-form"))
        await see("register", by(page, "register-form"))
        await see("set-up", page.get_by_role("heading", level=1))
        await see(f"rooms/{room}", by(page, "prejoin"), "prejoin-signed-out")
        admin.call("PATCH", "/users/profile", json={"locale": language})
        await pages.sign_in(page, product, admin.email)
        await see("", by(page, "rooms"), "rooms")
        await see("people", by(page, "person"))
        await see("profile", by(page, "profile-form"))
        await see(f"rooms/{room}", by(page, "join"), "prejoin")
        await by(page, "join").click()
        await shoot(page, shots / f"call-{size}-{scheme}-{language}.png", by(page, "call"))
