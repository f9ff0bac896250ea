"""Two people on the page, each in a Chromium profile of their own, in one call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e import pages
from tests.e2e.browser import TONE_HZ, page_of, profile
from tests.e2e.media_stats import decoding, hear, watch
from tests.e2e.pages import by, tile
from tests.e2e.people import Person
from tests.e2e.people import sign_in as sign_in_to_api
from tests.e2e.product import Product

SECONDS = 60
LEAST_DECODED = 0.9
LEAVES_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Couple:
    """A host and a customer in the same call."""

    host: Page
    host_id: str
    customer: Page
    customer_id: str
    room: str


@pytest_asyncio.fixture
async def couple(product: Product, admin: Person, tmp_path: Path) -> AsyncIterator[Couple]:
    """Both register on the page; the administrator makes one a host, who opens a room."""
    async with profile(tmp_path / "host") as one, profile(tmp_path / "customer") as other:
        host_page, customer_page = page_of(one), page_of(other)
        stamp = time.monotonic_ns()
        host_mail, mail = f"host{stamp}@example.org", f"customer{stamp}@example.org"
        await pages.register(host_page, product, host_mail, "Hana Host")
        host = await asyncio.to_thread(sign_in_to_api, product, host_mail)
        await asyncio.to_thread(admin.call, "PATCH", f"/users/{host.id}", json={"role": "host"})
        await pages.sign_out(host_page)
        await pages.sign_in(host_page, product, host_mail)
        room = await pages.open_room(host_page, "Piano, Tuesday")
        await pages.register(customer_page, product, mail, "Citra Customer")
        customer = await asyncio.to_thread(sign_in_to_api, product, mail)
        await pages.join(host_page, product, room)
        await pages.join(customer_page, product, room)
        yield Couple(host_page, host.id, customer_page, customer.id, room)


async def test_two_people_meet_on_the_page(couple: Couple) -> None:
    await asyncio.gather(decoding(couple.host), decoding(couple.customer))
    await _both_pictures_flow(couple)
    await _both_hear_the_tone(couple)
    await _a_chat_line_arrives(couple)
    await _a_screen_share_appears(couple)
    await _a_mute_is_seen(couple)
    await _a_closed_tab_leaves(couple)


async def _both_pictures_flow(couple: Couple) -> None:
    # The encoders begin small and climb; what counts is the call, not its first seconds.
    await asyncio.sleep(5)
    pairs = [(couple.host, couple.customer), (couple.customer, couple.host)]
    for flow in await watch(pairs, SECONDS):
        print(f"\ncall: {flow.decoded} of {flow.sent} frames decoded, heights {flow.heights}")
        assert flow.sent > SECONDS * 5
        assert flow.share >= LEAST_DECODED
        assert flow.freezes == 0


async def _both_hear_the_tone(couple: Couple) -> None:
    for page in (couple.host, couple.customer):
        heard = await hear(page)
        assert heard, "no live audio track"
        assert heard.hertz == pytest.approx(TONE_HZ, abs=5)
        assert heard.share > 0.5


async def _a_chat_line_arrives(couple: Couple) -> None:
    await pages.say(couple.customer, "Good evening!")
    await pages.show_chat(couple.host)
    await expect(by(couple.host, "chat-message")).to_contain_text("Good evening!")


async def _a_screen_share_appears(couple: Couple) -> None:
    await pages.press(couple.host, "toggle-share")
    shared = tile(couple.customer, couple.host_id, "screen_share")
    await expect(shared.locator("video")).to_be_visible()
    await pages.press(couple.host, "toggle-share")
    await expect(shared).to_have_count(0)


async def _a_mute_is_seen(couple: Couple) -> None:
    seen = tile(couple.host, couple.customer_id)
    await expect(seen).to_have_attribute("data-muted", "false")
    await pages.press(couple.customer, "toggle-microphone")
    await expect(seen).to_have_attribute("data-muted", "true")


async def _a_closed_tab_leaves(couple: Couple) -> None:
    began = time.monotonic()
    await couple.customer.close()
    gone = tile(couple.host, couple.customer_id)
    await expect(gone).to_have_count(0, timeout=LEAVES_WITHIN * 1000)
    print(f"\ncall: a closed tab left after {time.monotonic() - began:.1f} s")
