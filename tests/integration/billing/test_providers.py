"""What holds for every payment provider, tried on each: one contract."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.providers import RETURN_URL, WORLDS, World, order, ref, usd
from videocall.billing.errors import ProviderConflict, ProviderUnavailable, WebhookInvalid
from videocall.billing.interfaces.providers import RefundOrder, RefundRef
from videocall.billing.model.charges import (
    ChargeStatus,
    ClientSecret,
    Instructions,
    Redirect,
    RefundId,
    RefundStatus,
)
from videocall.core.ids import Uuid7Ids
from videocall.core.money import Money

ALL = pytest.mark.parametrize("name", sorted(WORLDS))
ONLINE = pytest.mark.parametrize("name", sorted(WORLDS.keys() - {"manual"}))


@pytest.fixture
async def world(name: str, tmp_path: Path) -> AsyncIterator[World]:
    async with WORLDS[name](tmp_path) as made:
        yield made


def new_refund_id() -> RefundId:
    return RefundId(Uuid7Ids().new())


@ALL
async def test_a_charge_started_again_is_the_same_charge(world: World) -> None:
    made = order(source=world.good)
    first = await world.provider.start(made)
    assert await world.provider.start(made) == first
    assert first.status in (ChargeStatus.SUCCEEDED, ChargeStatus.PENDING)
    assert await world.provider.look_up(ref(made, first)) == first


@ALL
async def test_a_charge_without_source_tells_the_payer_what_to_do(world: World) -> None:
    made = order(return_url=RETURN_URL)
    state = await world.provider.start(made)
    assert state.status.is_open
    assert isinstance(state.next_action, Redirect | Instructions)
    assert (state.charged, state.refunded) == (usd("0"), usd("0"))
    assert await world.provider.look_up(ref(made, state)) == state


@ALL
async def test_an_open_charge_can_be_cancelled_again_and_again(world: World) -> None:
    made = order(return_url=RETURN_URL)
    state = await world.provider.start(made)
    for _ in range(2):
        cancelled = await world.provider.cancel(ref(made, state))
        assert cancelled is not None
        assert cancelled.status is ChargeStatus.CANCELLED
        assert cancelled.next_action is None
        assert cancelled.charged == usd("0")


@ALL
async def test_a_refund_ordered_again_is_the_same_refund(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    ordered = RefundOrder(new_refund_id(), ref(made, state), usd("5.00"), "too long")
    first = await world.provider.refund(ordered)
    assert (first.status, first.amount) == (RefundStatus.SUCCEEDED, usd("5.00"))
    assert await world.provider.refund(ordered) == first
    for reference in (None, first.provider_reference):
        asked = RefundRef(ordered.refund_id, ordered.charge, ordered.amount, reference)
        assert await world.provider.look_up_refund(asked) == first


@ONLINE
async def test_money_moves_once_for_one_payment(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    assert (state.status, state.charged) == (ChargeStatus.SUCCEEDED, usd("20.00"))
    await world.provider.start(replace(made, description="in other words"))
    assert await world.charges() == 1


@ONLINE
async def test_one_payment_cannot_have_two_amounts(world: World) -> None:
    made = order(source=world.good)
    await world.provider.start(made)
    with pytest.raises(ProviderConflict):
        await world.provider.start(replace(made, amount=usd("21.00")))


@ONLINE
async def test_what_was_never_started_is_unknown(world: World) -> None:
    charge = ref(order())
    assert await world.provider.look_up(charge) is None
    assert await world.provider.cancel(charge) is None
    unknown = RefundRef(new_refund_id(), charge, usd("1.00"))
    assert await world.provider.look_up_refund(unknown) is None
    state = await world.provider.refund(RefundOrder(unknown.refund_id, charge, usd("1.00"), ""))
    assert state.status is RefundStatus.FAILED


@ONLINE
@pytest.mark.parametrize("return_url", [None, RETURN_URL])
async def test_a_lost_answer_leaves_a_charge_that_is_found(
    world: World, return_url: str | None
) -> None:
    made = order(source=None if return_url else world.good, return_url=return_url)
    with pytest.raises(ProviderUnavailable):
        await world.losing_an_answer().start(made)
    await booked(world)
    found = await world.provider.look_up(ref(made))
    assert found is not None
    assert found.status is (ChargeStatus.REQUIRES_ACTION if return_url else ChargeStatus.SUCCEEDED)
    assert await world.provider.start(made) == found
    assert await world.charges() == 1


async def booked(world: World) -> None:
    """On a busy machine we may have given up before the provider has begun."""
    async with asyncio.timeout(20):
        while await world.charges() == 0:  # noqa: ASYNC110 - it is in the provider
            await asyncio.sleep(0.05)


@ONLINE
async def test_a_lost_answer_leaves_a_refund_that_is_found(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    ordered = RefundOrder(new_refund_id(), ref(made, state), usd("5.00"), "")
    provider = world.losing_an_answer()
    with pytest.raises(ProviderUnavailable):
        await provider.refund(ordered)
    await world.provider.refund(ordered)
    found = await world.provider.look_up(ref(made, state))
    assert found is not None
    assert found.refunded == usd("5.00")


@ONLINE
async def test_never_more_is_given_back_than_was_charged(world: World) -> None:
    made = order(source=world.good)
    charge = ref(made, await world.provider.start(made))

    async def give_back(amount: str) -> RefundStatus:
        ordered = RefundOrder(new_refund_id(), charge, usd(amount), "")
        state = await world.provider.refund(ordered)
        assert (state.failure is None) is (state.status is RefundStatus.SUCCEEDED)
        return state.status

    assert await give_back("20.01") is RefundStatus.FAILED
    assert await give_back("12.50") is RefundStatus.SUCCEEDED
    assert await give_back("7.51") is RefundStatus.FAILED
    assert await give_back("7.50") is RefundStatus.SUCCEEDED
    assert await give_back("0.01") is RefundStatus.FAILED
    state = await world.provider.look_up(charge)
    assert state is not None
    assert (state.charged, state.refunded) == (usd("20.00"), usd("20.00"))


@ONLINE
async def test_a_charge_that_succeeded_cannot_be_cancelled(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    assert await world.provider.cancel(ref(made, state)) == state


@ONLINE
async def test_a_refused_card_is_a_failed_charge_and_says_why(world: World) -> None:
    for source, code in ((world.declined, "card_declined"), (world.poor, "insufficient_funds")):
        made = order(source=source)
        state = await world.provider.start(made)
        assert state.status is ChargeStatus.FAILED
        assert state.charged == usd("0")
        assert state.failure is not None
        assert state.failure.code == code
        assert await world.provider.start(made) == state
        found = await world.provider.look_up(ref(made))
        assert found is not None
        assert (found.status, found.failure) == (state.status, state.failure)


@ONLINE
async def test_an_unknown_source_fails_and_charges_nothing(world: World) -> None:
    state = await world.provider.start(order(source="pm_nonsense"))
    assert state.status is ChargeStatus.FAILED
    assert state.failure is not None


@ONLINE
async def test_a_card_with_a_second_step_waits_for_the_payer(world: World) -> None:
    made = order(source=world.second_step, return_url=RETURN_URL)
    state = await world.provider.start(made)
    assert state.status is ChargeStatus.REQUIRES_ACTION
    assert isinstance(state.next_action, Redirect)
    cancelled = await world.provider.cancel(ref(made, state))
    assert cancelled is not None
    assert cancelled.status is ChargeStatus.CANCELLED


@ONLINE
async def test_a_dispute_is_seen_and_its_end(world: World) -> None:
    for outcome, status in (
        ("won", ChargeStatus.DISPUTE_WON),
        ("lost", ChargeStatus.DISPUTE_LOST),
    ):
        made = order(source=world.good)
        state = await world.provider.start(made)
        await world.dispute(state, "pending")
        for step in (ChargeStatus.DISPUTED, status):
            found = await world.provider.look_up(ref(made, state))
            assert found is not None
            assert (found.status, found.charged) == (step, usd("20.00"))
            if step is ChargeStatus.DISPUTED:
                await world.dispute(state, outcome)


@ONLINE
@pytest.mark.parametrize("amount", [Money(1500, "JPY"), Money(1_500_000, "IDR")])
async def test_amounts_arrive_in_the_units_of_their_currency(world: World, amount: Money) -> None:
    made = order(amount, source=world.good)
    state = await world.provider.start(made)
    assert state.charged == amount
    half = Money(amount.minor // 2, amount.currency)
    await world.provider.refund(RefundOrder(new_refund_id(), ref(made, state), half, ""))
    found = await world.provider.look_up(ref(made, state))
    assert found is not None
    assert found.refunded == half


@ONLINE
async def test_a_silent_provider_leaves_every_outcome_open(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    charge = ref(made, state)
    await world.stop()
    refund = RefundOrder(new_refund_id(), charge, usd("1.00"), "")
    asked: list[Callable[[], Awaitable[object]]] = [
        lambda: world.provider.start(made),
        lambda: world.provider.look_up(charge),
        lambda: world.provider.cancel(charge),
        lambda: world.provider.refund(refund),
        lambda: world.provider.look_up_refund(RefundRef(refund.refund_id, charge, refund.amount)),
    ]
    for ask in asked:
        with pytest.raises(ProviderUnavailable):
            await ask()


@ONLINE
async def test_a_wrong_secret_says_nothing_about_a_charge(world: World) -> None:
    provider = world.with_wrong_secret()
    made = order(source=world.good)
    with pytest.raises(ProviderUnavailable):
        await provider.start(made)
    with pytest.raises(ProviderUnavailable):
        await provider.look_up(ref(made))
    assert await world.charges() == 0


@ONLINE
async def test_a_webhook_leads_to_its_payment(world: World) -> None:
    made = order(source=world.good)
    state = await world.provider.start(made)
    events = [world.provider.read_webhook(*webhook) for webhook in await world.webhooks()]
    found = [event for event in events if event and event.payment_id == made.payment_id]
    assert found
    assert all(event.id and event.type for event in found)
    assert {event.provider_reference for event in found} <= {None, state.provider_reference}


@ONLINE
async def test_a_webhook_that_is_not_the_providers_is_refused(world: World) -> None:
    await world.provider.start(order(source=world.good))
    body, headers = (await world.webhooks())[0]
    now = time.time()
    forged = [
        (body, {}),
        (body + b" ", headers),
        (body, {name: text.replace("v1=", "v1=0") for name, text in headers.items()}),
        (body, dict.fromkeys(headers, "t=x,v1=y")),
        (body, dict.fromkeys(headers, "")),
        (body, dict.fromkeys(headers, f"t={int(now)},v1=é")),
        (body, world.sign(body + b" ", now)),
        (body, world.sign(body, now - 3600)),
        (b"\xff", headers),
        (b"not json", world.sign(b"not json", now)),
        (b"[]", world.sign(b"[]", now)),
        (b"{}", world.sign(b"{}", now)),
    ]
    for made in forged:
        with pytest.raises(WebhookInvalid):
            world.provider.read_webhook(*made)
    again = world.sign(body, now)
    assert world.provider.read_webhook(body, again) is not None


async def test_a_client_of_stripes_library_gets_its_secret(tmp_path: Path) -> None:
    async with WORLDS["stripe"](tmp_path) as world:
        state = await world.provider.start(order())
        assert state.status is ChargeStatus.REQUIRES_ACTION
        assert isinstance(state.next_action, ClientSecret)
        assert state.next_action.publishable_key == "pk_test_fake"
