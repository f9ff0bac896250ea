"""A first start: the printed link makes the administrator on the page, once."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.e2e import people
from tests.e2e.browser import page_of, profile
from tests.e2e.pages import by
from tests.e2e.product import running


async def test_the_set_up_link_makes_the_administrator_once(tmp_path: Path, shots: Path) -> None:
    with running(tmp_path / "product") as product:
        link = f"{product.url}/set-up#token={product.set_up_token()}"
        async with profile(tmp_path / "browser", devices=False) as context:
            page = page_of(context)
            await page.goto(link)
            await expect(by(page, "set-up-form")).to_be_visible()
            await page.screenshot(path=shots / "set-up-first-start.png", full_page=True)
            await by(page, "name").fill("Ada Admin")
            await by(page, "email").fill("ada@example.org")
            await by(page, "password").fill(people.PASSWORD)
            await by(page, "submit").click()
            await expect(by(page, "new-room")).to_be_visible()
            await page.reload()  # the session is in a cookie now
            await expect(by(page, "new-room")).to_be_visible()
        assert people.sign_in(product, "ada@example.org").call("GET", "/users")["items"]
        again = people.client(product).post(
            "/users/setup",
            json={
                "token": product.set_up_token(),
                "email": "eve@example.org",
                "password": people.PASSWORD,
                "name": "Eve",
            },
        )
        assert again.status_code == 409
        assert again.json()["code"] == "users.setup_done"
