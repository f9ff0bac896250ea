"""What only Stripe has: its hosted page, its forgetful keys, its units, its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.providers import RETURN_URL, order, ref, stripe_provider, usd
from tests.factories.stripe_fake import StripeFake
from tests.factories.stripe_server import serving_stripe
from videocall.billing.adapters.stripe_provider import StripeProvider
from videocall.billing.adapters.stripe_wire import NotInUnits, from_units, to_units
from videocall.billing.errors import ProviderUnavailable
from videocall.billing.interfaces.providers import RefundOrder, RefundRef
from videocall.billing.model.charges import (
    ChargeStatus,
    ClientSecret,
    Redirect,
    RefundId,
    RefundStatus,
)
from videocall.core.money import Money


@pytest.fixture
async def fake() -> AsyncIterator[StripeFake]:
    async with serving_stripe() as made:
        yield made


@pytest.fixture
async def stripe(fake: StripeFake) -> AsyncIterator[StripeProvider]:
    provider = stripe_provider(fake)
    yield provider
    await provider.aclose()


async def test_a_payment_on_the_hosted_page(fake: StripeFake, stripe: StripeProvider) -> None:
    made = order(return_url=RETURN_URL)
    state = await stripe.start(made)
    session_id = state.provider_reference
    assert session_id.startswith("cs_")
    assert state.next_action == Redirect(f"https://checkout.stripe.com/c/pay/{session_id}")
    assert fake.sessions[session_id]["success_url"] == (
        f"http://shop.example.com/checkout/1?lang=en&payment={made.payment_id}"
    )
    intent = fake.pay_session(session_id)
    paid = await stripe.look_up(ref(made, state))
    assert paid is not None
    assert (paid.status, paid.charged) == (ChargeStatus.SUCCEEDED, usd("20.00"))
    assert paid.provider_reference == intent["id"]
    # Both references lead to it from now on, and none does, too.
    assert await stripe.look_up(ref(made, paid)) == paid
    assert await stripe.look_up(ref(made)) == paid
    assert await stripe.cancel(ref(made, state)) == paid


async def test_a_refund_of_what_was_paid_on_the_hosted_page(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(return_url=RETURN_URL)
    state = await stripe.start(made)
    unpaid = await stripe.refund(RefundOrder(RefundId("r-0"), ref(made, state), usd("1.00"), ""))
    assert unpaid.status is RefundStatus.FAILED
    fake.pay_session(state.provider_reference)
    refund = RefundOrder(RefundId("r-1"), ref(made, state), usd("20.00"), "not held")
    assert (await stripe.refund(refund)).status is RefundStatus.SUCCEEDED
    kept = next(iter(fake.refunds.values()))["metadata"]
    assert kept == {"refund_id": "r-1", "payment_id": made.payment_id, "reason": "not held"}


async def test_a_cancelled_page_cannot_be_paid(fake: StripeFake, stripe: StripeProvider) -> None:
    made = order(return_url=RETURN_URL)
    state = await stripe.start(made)
    await stripe.cancel(ref(made, state))
    assert fake.sessions[state.provider_reference]["status"] == "expired"


async def test_a_payment_that_wins_the_race_against_its_cancellation(
    fake: StripeFake, stripe: StripeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(return_url=RETURN_URL)
    state = await stripe.start(made)
    answer = fake.answer

    def paid_meanwhile(
        method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, object]]:
        if path.endswith("/expire"):
            fake.pay_session(state.provider_reference)
        return answer(method, path, headers, body)

    monkeypatch.setattr(fake, "answer", paid_meanwhile)
    ended = await stripe.cancel(ref(made, state))
    assert ended is not None
    assert ended.status is ChargeStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("is_accepted", "status"), [(True, ChargeStatus.SUCCEEDED), (False, ChargeStatus.FAILED)]
)
async def test_the_banks_question_and_its_answer(
    fake: StripeFake, stripe: StripeProvider, is_accepted: bool, status: ChargeStatus
) -> None:
    made = order(source="pm_card_threeDSecure2Required", return_url=RETURN_URL)
    state = await stripe.start(made)
    assert state.next_action == Redirect("https://hooks.stripe.com/3ds")
    fake.authenticate(state.provider_reference, is_accepted=is_accepted)
    found = await stripe.look_up(ref(made, state))
    assert found is not None
    assert found.status is status
    if not is_accepted:
        assert found.failure is not None
        assert found.failure.code == "authentication_failed"


async def test_the_banks_question_without_a_return_address_is_for_the_client(
    stripe: StripeProvider,
) -> None:
    state = await stripe.start(order(source="pm_card_threeDSecure2Required"))
    assert isinstance(state.next_action, ClientSecret)


async def test_a_key_that_stripe_has_forgotten_charges_nobody_twice(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = replace(order(source="pm_card_visa"), created_at=datetime.now(UTC) - timedelta(hours=30))
    first = await stripe.start(made)
    fake.forget_keys()
    assert await stripe.start(made) == first
    assert len(fake.intents) == 1


async def test_a_forgotten_key_refunds_nothing_twice(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(source="pm_card_visa")
    state = await stripe.start(made)
    refund = RefundOrder(RefundId("r-1"), ref(made, state), usd("5.00"), "")
    first = await stripe.refund(refund)
    fake.forget_keys()
    assert await stripe.refund(refund) == first
    assert len(fake.refunds) == 1


async def test_a_charge_is_found_behind_many_others(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(source="pm_card_visa")
    state = await stripe.start(made)
    for number in range(250):
        fake.answer(
            "POST",
            "/v1/payment_intents",
            {"authorization": f"Bearer {fake.secret_key}"},
            f"amount=100&currency=usd&metadata[payment_id]=other-{number}".encode(),
        )
    assert await stripe.look_up(ref(made)) == state


async def test_what_others_do_with_the_account_is_not_in_the_way(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(source="pm_card_visa")
    state = await stripe.start(made)
    # A session of another shop, to save a card: it has neither amount nor currency.
    fake.sessions["cs_other"] = {
        "id": "cs_other",
        "object": "checkout.session",
        "created": 4_000_000_000,
        "amount_total": None,
        "currency": None,
        "status": "open",
        "url": None,
        "payment_intent": None,
        "metadata": None,
    }
    assert await stripe.look_up(ref(made)) == state


async def test_what_is_older_than_the_payment_is_not_looked_through(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(source="pm_card_visa")
    await stripe.start(made)
    later = replace(ref(made), created_at=datetime.now(UTC) + timedelta(hours=1))
    assert await stripe.look_up(later) is None
    assert all("created" in params for method, _, params in fake.requests if method == "GET")


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_closed", "prevented"])
async def test_an_inquiry_takes_no_money(
    fake: StripeFake, stripe: StripeProvider, status: str
) -> None:
    made = order(source="pm_card_visa")
    state = await stripe.start(made)
    fake.dispute(state.provider_reference, status)
    found = await stripe.look_up(ref(made, state))
    assert found is not None
    assert found.status is ChargeStatus.SUCCEEDED


async def test_webhooks_in_any_order_lead_to_the_payment(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    made = order(return_url=RETURN_URL)
    intent = fake.pay_session((await stripe.start(made)).provider_reference)
    fake.dispute(intent["id"])
    charge = ref(made, await stripe.look_up(ref(made)))
    await stripe.refund(RefundOrder(RefundId("r-1"), charge, usd("1.00"), ""))
    for event in reversed(fake.events):
        for _ in range(2):
            read = stripe.read_webhook(*fake.signed(event))
            assert read is not None
            assert read.id == event["id"]
            is_dispute = event["type"].startswith("charge.dispute")
            assert read.payment_id == (None if is_dispute else made.payment_id)
            assert read.refund_id == ("r-1" if event["type"].startswith("refund") else None)
            assert read.provider_reference == intent["id"] or not is_dispute


async def test_a_webhook_about_something_else_is_passed_over(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    about = {"id": "cus_1", "object": "customer", "metadata": {}}
    event = {"id": "evt_1", "type": "customer.created", "data": {"object": about}}
    assert stripe.read_webhook(*fake.signed(event)) is None


async def test_a_failed_refund_says_so(fake: StripeFake, stripe: StripeProvider) -> None:
    made = order(source="pm_card_visa")
    charge = ref(made, await stripe.start(made))
    ordered = RefundOrder(RefundId("r-1"), charge, usd("5.00"), "")
    state = await stripe.refund(ordered)
    refund = fake.refunds[state.provider_reference]
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    asked = RefundRef(ordered.refund_id, charge, ordered.amount, state.provider_reference)
    found = await stripe.look_up_refund(asked)
    assert found is not None
    assert found.status is RefundStatus.FAILED
    assert found.failure is not None
    assert found.failure.code == "expired_or_canceled_card"
    assert await stripe.look_up_refund(replace(asked, provider_reference="re_gone")) is None


async def test_an_answer_that_is_not_understood_is_an_open_outcome(
    fake: StripeFake, stripe: StripeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        fake, "answer", lambda *_: (200, {"id": "pi_1", "object": "payment_intent"})
    )
    with pytest.raises(ProviderUnavailable):
        await stripe.start(order(source="pm_card_visa"))


async def test_an_amount_that_stripe_cannot_write_is_refused_at_once(
    fake: StripeFake, stripe: StripeProvider
) -> None:
    state = await stripe.start(order(Money(1005, "KWD"), source="pm_card_visa"))
    assert state.status is ChargeStatus.FAILED
    assert state.failure is not None
    assert state.failure.code == "invalid_amount"
    assert fake.requests == []


@pytest.mark.parametrize(
    ("text", "currency", "units"),
    [
        ("12.34", "USD", 1234),
        ("1500", "JPY", 1500),
        ("15000.00", "IDR", 1_500_000),
        ("5", "UGX", 500),
        ("5", "ISK", 500),
        ("1.250", "KWD", 1250),
        ("7.00", "MGA", 7),
    ],
)
def test_units_of_every_kind_of_currency(text: str, currency: str, units: int) -> None:
    money = Money.parse(text, currency)
    assert to_units(money) == units
    assert from_units(units, currency.lower()) == money


@pytest.mark.parametrize(("text", "currency"), [("1.255", "KWD"), ("7.50", "MGA")])
def test_amounts_that_stripe_cannot_write(text: str, currency: str) -> None:
    with pytest.raises(NotInUnits):
        to_units(Money.parse(text, currency))
