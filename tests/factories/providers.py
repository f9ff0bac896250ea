"""Payment providers with what stands behind them, for tests that hold for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.factories.stripe_fake import StripeFake
from tests.factories.stripe_server import serving_stripe
from tests.factories.testpay import receiving, serving_testpay
from videocall.billing.adapters.manual_provider import ManualProvider
from videocall.billing.adapters.stripe_provider import StripeProvider
from videocall.billing.adapters.test_provider import TestProvider
from videocall.billing.interfaces.providers import ChargeOrder, ChargeRef, PaymentProvider
from videocall.billing.model.charges import ChargeState, PaymentId
from videocall.core.access import UserId
from videocall.core.clock import SystemClock
from videocall.core.ids import Uuid7Ids
from videocall.core.money import Money
from videocall.testpay.webhooks import signature

RETURN_URL = "http://shop.example.com/checkout/1?lang=en"
Webhook = tuple[bytes, Mapping[str, str]]


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


def order(
    amount: Money | None = None,
    *,
    source: str | None = None,
    return_url: str | None = None,
    payment_id: str = "",
    description: str = "Invoice 2026-00001",
) -> ChargeOrder:
    """A new charge of 20.00 USD unless told otherwise."""
    return ChargeOrder(
        payment_id=PaymentId(payment_id or Uuid7Ids().new()),
        amount=amount or usd("20.00"),
        description=description,
        customer_id=UserId("customer-1"),
        return_url=return_url,
        source=source,
        created_at=datetime.now(UTC),
    )


def ref(made: ChargeOrder, state: ChargeState | None = None) -> ChargeRef:
    """The charge of this order; without a state nothing is known but what we ordered."""
    created = made.created_at or datetime.now(UTC)
    reference = state.provider_reference if state else None
    return ChargeRef(made.payment_id, made.amount, created, reference)


def _not_here(*_: object) -> Any:
    raise AssertionError("this provider can't do that")


@dataclass
class World:
    """A provider, names of its cards, and ways to disturb it."""

    provider: PaymentProvider
    good: str | None = None
    declined: str = ""
    poor: str = ""
    second_step: str = ""
    charges: Callable[[], Awaitable[int]] = _not_here  # how many the provider has
    webhooks: Callable[[], Awaitable[Sequence[Webhook]]] = _not_here  # all so far
    sign: Callable[[bytes, float], Mapping[str, str]] = _not_here  # at these Unix seconds
    dispute: Callable[[ChargeState, str], Awaitable[None]] = _not_here
    losing_an_answer: Callable[[], PaymentProvider] = _not_here  # the charge is booked
    with_wrong_secret: Callable[[], PaymentProvider] = _not_here
    stop: Callable[[], Awaitable[None]] = _not_here


@asynccontextmanager
async def manual_world(_folder: Path) -> AsyncIterator[World]:
    """Bank transfers."""
    yield World(ManualProvider())


@asynccontextmanager
async def trial_world(folder: Path) -> AsyncIterator[World]:
    """The test provider in this process; a second one on its ledger answers too late."""
    async with (
        receiving() as receiver,
        serving_testpay(folder, webhook_url=receiver.url) as testpay,
        serving_testpay(folder, webhook_url=receiver.url, delay_seconds=1.0) as slow,
    ):
        made: list[TestProvider] = []

        def provider(url: str, secret: str, timeout: float) -> TestProvider:
            made.append(TestProvider(url, secret, timeout, SystemClock()))
            return made[-1]

        async def charges() -> int:
            return len((await testpay.api.get("/v1/ledger")).json()["charges"])

        async def webhooks() -> Sequence[Webhook]:
            count = await charges()
            await receiver.until(lambda: len(receiver.received) >= count, "webhooks")
            return receiver.received

        async def dispute(state: ChargeState, outcome: str) -> None:
            await testpay.dispute(state.provider_reference, outcome)

        yield World(
            provider(testpay.url, testpay.secret, 5.0),
            good="card_ok",
            declined="card_declined",
            poor="card_insufficient",
            second_step="card_second_step",
            charges=charges,
            webhooks=webhooks,
            sign=lambda body, at: {"testpay-signature": signature(testpay.secret, body, at)},
            dispute=dispute,
            losing_an_answer=lambda: provider(slow.url, testpay.secret, 0.5),
            with_wrong_secret=lambda: provider(testpay.url, "wrong", 5.0),
            stop=testpay.stop,
        )
        for item in made:
            await item.aclose()


@asynccontextmanager
async def stripe_world(_folder: Path) -> AsyncIterator[World]:
    """Stripe, faked on loopback."""
    async with serving_stripe() as fake:
        made: list[StripeProvider] = []

        def provider(secret_key: str = fake.secret_key) -> StripeProvider:
            made.append(stripe_provider(fake, secret_key))
            return made[-1]

        def losing_an_answer() -> PaymentProvider:
            fake.loses_answers = 2  # the SDK tries twice
            return made[0]

        async def webhooks() -> Sequence[Webhook]:
            return [fake.signed(event) for event in fake.events]

        async def dispute(state: ChargeState, outcome: str) -> None:
            status = "needs_response" if outcome == "pending" else outcome
            fake.dispute(state.provider_reference, status)

        async def charges() -> int:
            return len(fake.intents) + len(fake.sessions)

        async def stop() -> None:
            fake.is_down = True

        yield World(
            provider(),
            good="pm_card_visa",
            declined="pm_card_chargeDeclined",
            poor="pm_card_chargeDeclinedInsufficientFunds",
            second_step="pm_card_threeDSecure2Required",
            charges=charges,
            webhooks=webhooks,
            dispute=dispute,
            sign=fake.signed_body,
            losing_an_answer=losing_an_answer,
            with_wrong_secret=lambda: provider("sk_test_wrong"),
            stop=stop,
        )
        for item in made:
            await item.aclose()


def stripe_provider(fake: StripeFake, secret_key: str = "") -> StripeProvider:
    """An adapter for this account."""
    key = secret_key or fake.secret_key
    return StripeProvider(key, "pk_test_fake", fake.webhook_secret, fake.url, 5.0, SystemClock())


WORLDS = {"manual": manual_world, "test": trial_world, "stripe": stripe_world}
