"""Wallets under real connections at once: nobody overdraws, nothing is lost, all sums agree."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from tests.factories import wallets
from tests.factories.wallets import ANA, USD, Bank, because, usd
from videocall.billing.errors import HoldOver, InsufficientFunds
from videocall.billing.model.wallet import MINUTES, Credit, HoldId
from videocall.core.access import UserId
from videocall.core.db.engine import PoolSettings

POOL = PoolSettings(size=5, overflow=5, timeout=60, busy_timeout=60)


@pytest.fixture
async def banks(database_url: str) -> AsyncIterator[list[Bank]]:
    """Three applications on one database, each with connections of its own."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(wallets.bank(database_url, POOL)) for _ in range(3)]


async def test_fifty_parallel_holds_on_one_wallet_never_overdraw(banks: list[Bank]) -> None:
    await banks[0].top_up(1000, "p1")

    async def hold(number: int) -> bool:
        try:
            await banks[number % 3].hold(70, f"h{number}")
        except InsufficientFunds:
            return False
        return True

    held = await asyncio.gather(*(hold(number) for number in range(50)))
    assert sum(held) == 1000 // 70
    wallet = await banks[0].wallet()
    assert (wallet.balance, wallet.held) == (1000, 980)
    assert await banks[0].differences() == []


async def test_parallel_repeats_of_one_movement_happen_once(banks: list[Bank]) -> None:
    await asyncio.gather(*(banks[n % 3].top_up(500, "p1") for n in range(20)))
    await asyncio.gather(*(banks[n % 3].hold(400, "h1") for n in range(20)))
    credit = Credit.money(usd(150))
    captures = (banks[n % 3].door.capture(HoldId("h1"), credit, because("c")) for n in range(20))
    assert {hold.captured for hold in await asyncio.gather(*captures)} == {150}
    wallet = await banks[0].wallet()
    assert (wallet.balance, wallet.held, wallet.version) == (350, 0, 4)
    assert await banks[0].differences() == []


async def test_capture_release_and_sweep_of_one_hold_at_once_end_it_once(
    banks: list[Bank],
) -> None:
    await banks[0].top_up(1000, "p1")
    for number in range(10):
        await banks[0].hold(100, f"h{number}", seconds=5)
    for bank in banks:
        bank.clock.advance(4.9)
    banks[2].clock.advance(1)  # its clock is ahead: for it the holds are over

    async def end(number: int, way: int) -> str:
        hold_id = HoldId(f"h{number}")
        try:
            if way == 0:
                credit = Credit.money(usd(60))
                return (await banks[0].door.capture(hold_id, credit, because("c"))).state.value
            if way == 1:
                return (await banks[1].door.release(hold_id)).state.value
            await banks[2].door.sweep()
        except HoldOver:
            return "over"
        return "swept"

    ends = [(number, way) for number in range(10) for way in range(3)]
    random.Random(7).shuffle(ends)
    told = await asyncio.gather(*(end(*item) for item in ends))
    captured = Counter(told)["captured"]
    wallet = await banks[0].wallet()
    assert (wallet.balance, wallet.held) == (1000 - 60 * captured, 0)
    assert await banks[0].differences() == []


async def test_wallets_of_different_people_do_not_wait_in_a_circle(banks: list[Bank]) -> None:
    async def pay(number: int) -> None:
        owner = UserId(f"owner{number % 4}")
        bank = banks[number % 3]
        async with bank.units.write() as work:
            await bank.book.top_up(work, owner, usd(100), because(f"p{number}"), None)
            await bank.book.credit_minutes(work, owner, 60, because(f"i{number}"), None)

    await asyncio.gather(*(pay(number) for number in range(40)))
    assert [(await banks[0].wallet(UserId(f"owner{n}"))).balance for n in range(4)] == [1000] * 4
    assert await banks[0].differences() == []


async def test_money_and_minutes_of_one_customer_may_move_in_any_order(banks: list[Bank]) -> None:
    async with banks[0].units.write() as work:
        await banks[0].book.top_up(work, ANA, usd(1000), because("p"), None)
        await banks[0].book.credit_minutes(work, ANA, 1000, because("i"), None)

    async def buy(number: int) -> None:
        bank = banks[number % 3]
        async with bank.units.write() as work:
            await bank.book.spend(work, ANA, usd(10), because(f"b{number}"), None)
            await asyncio.sleep(0.01)
            await bank.book.credit_minutes(work, ANA, 60, because(f"b{number}"), None)

    async def give_back(number: int) -> None:
        bank, why = banks[number % 3], because(f"g{number}")
        async with bank.units.write() as work:
            await bank.book.withdraw(work, ANA, Credit.minutes(60), why)
            await asyncio.sleep(0.01)
            await bank.book.refund(work, ANA, usd(10), why, None)

    await asyncio.gather(*(move(n) for n in range(8) for move in (buy, give_back)))
    assert (await banks[0].wallet()).balance == 1000
    assert (await banks[0].wallet(unit=MINUTES)).balance == 1000
    assert await banks[0].differences() == []


class Teller:
    """Gives random commands on its connections and notes what was acknowledged."""

    def __init__(self, bank: Bank, name: str, seed: int) -> None:
        self.bank = bank
        self.name = name
        self.random = random.Random(seed)
        self.balance: Counter[str] = Counter()
        self.holds: dict[HoldId, tuple[str, int]] = {}

    async def work(self, steps: int) -> None:
        for step in range(steps):
            owner = self.random.choice(["ana", "budi", "citra"])
            count = self.random.randint(1, 300)
            move = self.random.choice([self.put_in, self.spend, self.withdraw, self.hold, self.end])
            try:
                await move(UserId(owner), count, f"{self.name}:{step}")
            except InsufficientFunds:
                continue

    async def put_in(self, owner: UserId, count: int, number: str) -> None:
        for _ in range(self.random.choice([1, 2])):  # sometimes the answer is lost
            await self.bank.top_up(count, number, owner)
        self.balance[owner] += count

    async def spend(self, owner: UserId, count: int, number: str) -> None:
        await self.bank.spend(count, number, owner)
        self.balance[owner] -= count

    async def withdraw(self, owner: UserId, count: int, number: str) -> None:
        book, why = self.bank.book, because(number)
        entry = await self.bank.do(lambda w: book.withdraw(w, owner, usd(count), why))
        self.balance[owner] -= entry.movement.count

    async def hold(self, owner: UserId, count: int, number: str) -> None:
        await self.bank.hold(count, number, seconds=3600, owner=owner)
        self.holds[HoldId(number)] = (owner, count)

    async def end(self, _owner: UserId, count: int, _number: str) -> None:
        if not self.holds:
            return
        hold_id = self.random.choice(sorted(self.holds))
        owner, held = self.holds.pop(hold_id)
        if self.random.random() < 0.3:
            await self.bank.door.release(hold_id)
            return
        taken = min(count, held)
        await self.bank.door.capture(hold_id, Credit.money(usd(taken)), because(hold_id, "call"))
        self.balance[owner] -= taken


@pytest.mark.parametrize("seed", [1, 20, 300, 4000])
async def test_whatever_several_connections_do_the_sums_of_what_was_acknowledged_agree(
    database_url: str, seed: int
) -> None:
    async with AsyncExitStack() as stack:
        tellers = [
            Teller(
                await stack.enter_async_context(wallets.bank(database_url, POOL)), f"t{n}", seed + n
            )
            for n in range(4)
        ]
        for owner in ("ana", "budi", "citra"):
            await tellers[0].put_in(UserId(owner), 500, f"first:{owner}")
        await asyncio.gather(*(teller.work(15) for teller in tellers))
        bank = tellers[0].bank
        for owner in ("ana", "budi", "citra"):
            held = sum(n for t in tellers for who, n in t.holds.values() if who == owner)
            wallet = await bank.wallet(UserId(owner))
            assert wallet.balance == sum(teller.balance[owner] for teller in tellers)
            assert wallet.held == held
        assert await bank.differences() == []
        bank.clock.advance(timedelta(hours=2).total_seconds())
        await bank.door.sweep()
        assert await bank.differences() == []
        assert [(await bank.wallet(UserId(o))).held for o in ("ana", "budi", "citra")] == [0] * 3


async def test_a_wallet_that_two_open_at_once_is_one_wallet(banks: list[Bank]) -> None:
    await asyncio.gather(*(banks[n % 3].top_up(10, f"p{n}") for n in range(9)))
    wallet = await banks[0].wallet(ANA, USD)
    assert (wallet.balance, wallet.version) == (90, 9)
