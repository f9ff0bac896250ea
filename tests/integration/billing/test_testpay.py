"""The test provider over HTTP: its card page, its API, its webhooks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories.providers import RETURN_URL, order, ref, usd
from tests.factories.testpay import Receiver, Testpay, receiving, serving_testpay
from videocall.billing.adapters.test_provider import TestProvider
from videocall.billing.interfaces.providers import RefundOrder
from videocall.billing.model.charges import ChargeStatus, Redirect, RefundId
from videocall.core.clock import SystemClock

ATTACK = "<script>alert(1)</script>"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def testpay(receiver: Receiver, tmp_path: Path) -> AsyncIterator[Testpay]:
    async with serving_testpay(tmp_path, webhook_url=receiver.url) as made:
        yield made


@pytest.fixture
async def provider(testpay: Testpay) -> AsyncIterator[TestProvider]:
    made = TestProvider(testpay.url, testpay.secret, 5.0, SystemClock())
    yield made
    await made.aclose()


@pytest.fixture
async def browser(testpay: Testpay) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=testpay.url) as made:
        yield made


class Page:
    """A started charge and its card page."""

    def __init__(self, testpay: Testpay, provider: TestProvider) -> None:
        self.testpay = testpay
        self.provider = provider
        self.order = order(return_url=RETURN_URL, description=f"Lesson {ATTACK}")
        self.path = ""

    async def open(self) -> Page:
        state = await self.provider.start(self.order)
        assert isinstance(state.next_action, Redirect)
        parts = urlsplit(state.next_action.url)
        # The shop was reached as shop.example.com, and so is the page.
        assert parts.netloc == f"shop.example.com:{self.testpay.port}"
        self.path = parts.path
        return self

    async def status(self) -> ChargeStatus:
        state = await self.provider.look_up(ref(self.order))
        assert state is not None
        return state.status


@pytest.fixture
async def page(testpay: Testpay, provider: TestProvider) -> Page:
    return await Page(testpay, provider).open()


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("4242 4242 4242 4242", ChargeStatus.SUCCEEDED),
        ("4242-4242-4242-4242", ChargeStatus.SUCCEEDED),
        ("4000000000000002", ChargeStatus.FAILED),
        ("4000000000009995", ChargeStatus.FAILED),
        ("4000000000000077", ChargeStatus.PENDING),
    ],
)
async def test_a_card_leads_back_to_the_shop(
    page: Page, browser: httpx.AsyncClient, number: str, status: ChargeStatus
) -> None:
    answer = await browser.post(page.path, data={"number": number})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{RETURN_URL}&payment={page.order.payment_id}"
    assert await page.status() is status


async def test_the_page_is_closed_to_scripts_frames_and_caches(
    page: Page, browser: httpx.AsyncClient
) -> None:
    answer = await browser.get(page.path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://shop.example.com;" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert ATTACK not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_an_unknown_card_is_explained_and_what_was_typed_is_kept(
    page: Page, browser: httpx.AsyncClient
) -> None:
    answer = await browser.post(page.path, data={"number": f'"{ATTACK}'})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "&quot;&lt;script&gt;" in answer.text
    assert await page.status() is ChargeStatus.REQUIRES_ACTION


@pytest.mark.parametrize(
    ("given", "status"), [("yes", ChargeStatus.SUCCEEDED), ("no", ChargeStatus.FAILED)]
)
async def test_the_second_step(
    page: Page, browser: httpx.AsyncClient, given: str, status: ChargeStatus
) -> None:
    answer = await browser.post(page.path, data={"number": "4000002500003155"})
    assert answer.headers["location"].startswith(page.path)
    assert "Confirm it&#x27;s you" in (await browser.get(page.path)).text
    again = await browser.post(page.path, data={"number": "4242424242424242"})
    assert again.headers["location"].startswith(page.path)
    answer = await browser.post(f"{page.path}/confirm", data={"answer": given})
    assert answer.headers["location"].endswith(f"payment={page.order.payment_id}")
    assert await page.status() is status


async def test_a_page_sent_twice_charges_once(page: Page, browser: httpx.AsyncClient) -> None:
    for _ in range(2):
        await browser.post(page.path, data={"number": "4242424242424242"})
    assert await page.status() is ChargeStatus.SUCCEEDED
    done = await browser.get(page.path)
    assert "The payment succeeded." in done.text
    assert f"payment={page.order.payment_id}" in done.text


async def test_going_back_cancels(page: Page, browser: httpx.AsyncClient) -> None:
    answer = await browser.post(f"{page.path}/cancel")
    assert answer.headers["location"].startswith("http://shop.example.com/")
    assert await page.status() is ChargeStatus.CANCELLED


async def test_the_page_speaks_two_languages(page: Page, browser: httpx.AsyncClient) -> None:
    indonesian = await browser.get(page.path, headers={"accept-language": "id-ID,en;q=0.5"})
    assert '<html lang="id">' in indonesian.text
    assert "Tidak ada uang yang berpindah" in indonesian.text
    english = await browser.get(f"{page.path}?lang=en", headers={"accept-language": "id"})
    assert "No money moves" in english.text
    other = await browser.get(page.path, headers={"accept-language": "fr"})
    assert '<html lang="en">' in other.text


async def test_a_guessed_page_is_not_found(browser: httpx.AsyncClient) -> None:
    for path in ("/pay/guessed", "/pay/", "/", "/v2/charges", "/pay/x/cancel"):
        assert (await browser.get(path)).status_code == 404
        assert (await browser.post(path)).status_code == 404


@pytest.mark.parametrize(
    "return_url",
    [
        "javascript:alert(1)",
        "//evil.example",
        "ftp://a.example",
        "http://",
        "http://a b.example",
        "http://user@a.example",
        "http://a.example;script-src x",
        "http://a.example:x/",
        "http://ä.example/",
    ],
)
async def test_an_address_that_no_browser_may_be_sent_to_is_refused(
    testpay: Testpay, provider: TestProvider, return_url: str
) -> None:
    made = order(return_url=return_url)
    state = await provider.start(made)
    assert state.status is ChargeStatus.FAILED
    assert await provider.look_up(ref(made)) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"payment_id": "p", "amount": 0, "currency": "USD"}',
        b'{"payment_id": "p", "amount": 1.5, "currency": "USD"}',
        b'{"payment_id": "p", "amount": 1, "currency": "ZZZ"}',
        b'{"payment_id": "../p", "amount": 1, "currency": "USD"}',
        b'{"payment_id": "p", "amount": 1, "currency": "USD", "more": 1}',
    ],
)
async def test_a_wrong_order_is_refused(testpay: Testpay, body: bytes) -> None:
    answer = await testpay.api.post("/v1/charges", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"


async def test_the_api_is_closed_without_the_secret(testpay: Testpay) -> None:
    async with httpx.AsyncClient(base_url=testpay.url) as stranger:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            answer = await stranger.get("/v1/ledger", headers=headers)
            assert answer.status_code == 401
        assert (await stranger.get("/health")).json() == {"status": "ok"}
        big = await stranger.post("/v1/charges", content=b"x" * 100_000)
        assert big.status_code == 413


async def test_a_late_card_is_told_when_it_succeeds(
    provider: TestProvider, receiver: Receiver
) -> None:
    made = order(source="card_late")
    assert (await provider.start(made)).status is ChargeStatus.PENDING
    await receiver.until(lambda: types(receiver) == ["charge.pending", "charge.succeeded"], "both")
    found = await provider.look_up(ref(made))
    assert found is not None
    assert (found.status, found.charged) == (ChargeStatus.SUCCEEDED, usd("20.00"))


async def test_a_disputed_card_is_disputed_by_itself(
    provider: TestProvider, receiver: Receiver
) -> None:
    made = order(source="card_disputed")
    assert (await provider.start(made)).status is ChargeStatus.SUCCEEDED
    await receiver.until(lambda: types(receiver)[-1:] == ["charge.disputed"], "dispute")
    found = await provider.look_up(ref(made))
    assert found is not None
    assert found.status is ChargeStatus.DISPUTED


async def test_a_webhook_that_comes_twice_has_one_id(
    provider: TestProvider, receiver: Receiver
) -> None:
    await provider.start(order(source="card_webhook_twice"))
    await receiver.until(lambda: len(receiver.received) == 2, "two webhooks")
    read = [provider.read_webhook(*webhook) for webhook in receiver.received]
    assert read[0] == read[1]


async def test_a_webhook_is_sent_until_it_is_taken(
    provider: TestProvider, receiver: Receiver
) -> None:
    receiver.answers += [500, 404, 302]
    await provider.start(order(source="card_ok"))
    await receiver.until(lambda: len(receiver.received) == 4, "four attempts")
    assert {body for body, _ in receiver.received} == {receiver.received[0][0]}


async def test_the_ledger_tells_all_charges_and_refunds(provider: TestProvider) -> None:
    orders = [order(source="card_ok") for _ in range(205)]
    for made in orders:
        await provider.start(made)
    charge = ref(orders[0])
    await provider.refund(RefundOrder(RefundId("r-1"), charge, usd("5.00"), ""))
    entries = {entry.payment_id: entry for entry in await provider.ledger()}
    assert entries.keys() == {made.payment_id for made in orders}
    first = entries[orders[0].payment_id]
    assert first.state.refunded == usd("5.00")
    assert first.refunds[RefundId("r-1")].amount == usd("5.00")


def types(receiver: Receiver) -> list[str]:
    found = (re.search(rb'"type": "([^"]+)"', body) for body, _ in receiver.received)
    return [match[1].decode() for match in found if match]
