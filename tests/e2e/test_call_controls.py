"""The controls of a call, and what the page says when devices or the network fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e import pages
from tests.e2e.browser import page_of, profile
from tests.e2e.pages import by, press, tile
from tests.e2e.people import Person
from tests.e2e.product import Product
from tests.e2e.sdk import Client, client, until

BACK_WITHIN = 30.0  # seconds


@pytest_asyncio.fixture
async def call(
    product: Product, host: Person, customer: Person, tmp_path: Path
) -> AsyncIterator[tuple[Page, Client]]:
    """A host on the page in a call with a customer's program."""
    room = host.open_room("Controls")
    async with profile(tmp_path / "host") as context, client(*customer.join(room)) as program:
        page = page_of(context)
        await context.add_init_script("localStorage.setItem('videocallDebug', '1')")
        await pages.sign_in(page, product, host.email)
        await pages.join(page, product, room)
        yield page, program


async def test_hand_people_views_and_devices(
    call: tuple[Page, Client], host: Person, customer: Person
) -> None:
    page, program = call
    await until(lambda: host.id in program.room.remote_participants, 10, "the host")
    seen = program.room.remote_participants[host.id]
    await press(page, "more")
    await by(page, "raise-hand").click()
    await expect(tile(page, host.id).get_by_test_id("hand")).to_be_visible()
    await until(lambda: seen.attributes.get("hand"), 10, "the raised hand")

    await press(page, "toggle-people")
    listed = by(page, "people").locator('[data-testid="participant"]')
    await expect(listed).to_have_count(2)
    await expect(listed.and_(page.locator(f'[data-participant="{customer.id}"]'))).to_be_visible()

    await press(page, "toggle-view")
    await expect(by(page, "speaker-view")).to_be_visible()
    await press(page, "toggle-view")
    await expect(by(page, "grid")).to_be_visible()

    await press(page, "camera-menu")
    await by(page, "device-videoinput").first.click()
    await expect(tile(page, host.id).locator("video")).to_be_visible()


async def test_the_host_mutes_somebody_and_sends_them_out(
    call: tuple[Page, Client], customer: Person
) -> None:
    page, program = call
    await program.publish_tone(440)
    person = page.locator(f'[data-testid="participant"][data-participant="{customer.id}"]')
    await press(page, "toggle-people")
    await expect(person).to_have_attribute("data-muted", "false")
    await person.get_by_test_id("person-menu").click()
    await by(page, "mute-person").click()
    await expect(person).to_have_attribute("data-muted", "true")
    await until(lambda: all(told.muted for told in program.published()), 10, "the mute")

    await person.get_by_test_id("person-menu").click()
    await by(page, "send-out").click()
    await by(page, "send-out-confirm").click()
    await expect(person).to_have_count(0)
    await until(lambda: not program.room.isconnected(), 10, "the way out")


async def test_a_banner_tells_of_a_lost_connection_until_it_is_back(
    call: tuple[Page, Client], product: Product, customer: Person
) -> None:
    page, _program = call
    await expect(tile(page, customer.id)).to_be_visible()
    product.media_process().kill()  # `videocall serve` starts it again
    await expect(by(page, "reconnecting")).to_be_visible()
    await expect(by(page, "reconnecting")).to_have_count(0, timeout=BACK_WITHIN * 1000)
    await expect(tile(page, customer.id)).to_be_visible(timeout=BACK_WITHIN * 1000)


async def test_refused_devices_are_explained_before_the_call(
    product: Product, host: Person, tmp_path: Path
) -> None:
    room = host.open_room("Without devices")
    async with profile(tmp_path / "bare", devices=False) as context:
        page = page_of(context)
        await page.goto(f"{product.url}/rooms/{room}")
        told = by(page, "both-help")
        await expect(told).to_be_visible()
        assert await told.get_attribute("data-failure") in {"refused", "missing"}
        await expect(by(page, "both-retry")).to_be_visible()
