"""What a person does on the page, by the test ids listed in web/README.md."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.e2e.people import PASSWORD
from tests.e2e.product import Product


def by(page: Page, test_id: str) -> Locator:
    """The element with a test id."""
    return page.get_by_test_id(test_id)


async def register(page: Page, product: Product, email: str, name: str) -> None:
    """Make an account on the page; ends signed in, on the list of rooms."""
    await page.goto(f"{product.url}/register")
    await by(page, "name").fill(name)
    await by(page, "email").fill(email)
    await by(page, "password").fill(PASSWORD)
    await by(page, "submit").click()
    await expect(by(page, "account-menu")).to_be_visible()


async def sign_in(page: Page, product: Product, email: str) -> None:
    """Sign in with an account that exists; ends on the list of rooms."""
    await page.goto(f"{product.url}/sign-in")
    await by(page, "email").fill(email)
    await by(page, "password").fill(PASSWORD)
    await by(page, "submit").click()
    # The password's hash is slow on purpose, and slower on a busy machine.
    await expect(by(page, "account-menu")).to_be_visible(timeout=20_000)


async def sign_out(page: Page) -> None:
    """Sign out through the account menu."""
    await by(page, "account-menu").click()
    await by(page, "sign-out").click()
    await expect(by(page, "sign-in-form")).to_be_visible()


async def join(page: Page, product: Product, room: str) -> None:
    """Open a room's link, look at oneself in the green room, join the call."""
    await page.goto(f"{product.url}/rooms/{room}")
    await expect(by(page, "prejoin")).to_be_visible()
    await expect(by(page, "preview")).to_be_visible()
    await by(page, "join").click()
    await expect(by(page, "grid").or_(by(page, "speaker-view"))).to_be_visible()


def tile(page: Page, identity: str, source: str = "camera") -> Locator:
    """The picture of a participant, or of the screen that they share."""
    wanted = f'[data-testid="tile"][data-participant="{identity}"][data-source="{source}"]'
    return page.locator(wanted)


async def reveal_controls(page: Page) -> None:
    """Controls hide after some seconds; a movement brings them back."""
    await page.mouse.move(300, 300)
    await page.mouse.move(320, 320)


async def press(page: Page, test_id: str) -> None:
    """Press a button of the call's bar."""
    await reveal_controls(page)
    await by(page, test_id).click()


async def open_room(page: Page, name: str) -> str:
    """Make a room on the list of rooms; its id."""
    await by(page, "new-room").click()
    await by(page, "room-name").fill(name)
    await by(page, "save-room").click()
    card = by(page, "room").filter(has_text=name)
    await expect(card).to_be_visible()
    return str(await card.get_attribute("data-room"))


async def show_chat(page: Page) -> None:
    """Open the chat beside the call, unless it is open."""
    if not await by(page, "chat").is_visible():
        await press(page, "toggle-chat")
    await expect(by(page, "chat")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Write a line into the chat."""
    await show_chat(page)
    await by(page, "chat-input").fill(text)
    await page.keyboard.press("Enter")
