"""The published Python SDK and Chromium in one room, by tokens from the API."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from livekit import rtc
from playwright.async_api import Page

from tests.e2e.browser import TONE_HZ, page_of, profile
from tests.e2e.browser_sdk import blank, call
from tests.e2e.media_stats import decoding, hear
from tests.e2e.people import Person
from tests.e2e.product import Product
from tests.e2e.sdk import Client, client, until


async def test_python_and_browser_see_hear_and_answer_each_other(
    product: Product, host: Person, customer: Person, tmp_path: Path
) -> None:
    room = host.open_room("Mixed")
    async with profile(tmp_path / "browser") as context, client(*customer.join(room)) as program:
        page = page_of(context)
        await blank(page, product)
        assert await call(page, "join", *host.join(room)) == host.id
        await asyncio.gather(program.publish_video(1280, 720, 30), program.publish_tone(880))
        await _pictures(page, program, host.id, customer.id)
        await _tones(page, program, host.id)
        await _messages(page, program, host.id)
        await _calls(page, program, host.id, customer.id)
        await call(page, "leave")
        await until(lambda: host.id in program.left, 10, "the browser left")


async def _pictures(page: Page, program: Client, browser: str, python: str) -> None:
    await decoding(page)
    await until(lambda: browser in program.video, 15, "the browser's picture")
    seen = program.video[browser]
    await until(lambda: seen.frames >= 30, 15, "30 frames of it")
    until_time = time.monotonic() + 20
    while await call(page, "height", python) != 720:
        assert time.monotonic() < until_time, "the 720p picture did not arrive whole"
        await asyncio.sleep(0.2)


async def _tones(page: Page, program: Client, browser: str) -> None:
    heard = await hear(page)
    assert heard
    assert heard.hertz == pytest.approx(880, abs=6)
    await until(lambda: len(program.audio[browser].samples) > 300, 10, "three seconds of sound")
    assert program.audio[browser].loudest_hz() == pytest.approx(TONE_HZ, abs=5)


async def _messages(page: Page, program: Client, browser: str) -> None:
    for kind in ("reliable", "lossy"):
        await call(page, "send", f"from the browser, {kind}", kind == "reliable")
        packet = f"from Python, {kind}".encode()
        await program.room.local_participant.publish_data(packet, reliable=kind == "reliable")
    await until(lambda: len(program.data) >= 2, 10, "the browser's messages")
    assert {p.data.decode() for p in program.data} == {
        "from the browser, reliable",
        "from the browser, lossy",
    }
    assert all(p.participant and p.participant.identity == browser for p in program.data)
    until_time = time.monotonic() + 10
    while len(received := await call(page, "data")) < 2:
        assert time.monotonic() < until_time, f"Python's messages: {received}"
        await asyncio.sleep(0.1)
    assert {entry["text"] for entry in received} == {
        "from Python, reliable",
        "from Python, lossy",
    }


async def _calls(page: Page, program: Client, browser: str, python: str) -> None:
    async def triple(asked: rtc.RpcInvocationData) -> str:
        return str(int(asked.payload) * 3)

    program.room.local_participant.register_rpc_method("triple", triple)
    answer = await program.room.local_participant.perform_rpc(
        destination_identity=browser, method="double", payload="21"
    )
    assert answer == "42"
    assert await call(page, "call", python, "triple", "14") == "42"
