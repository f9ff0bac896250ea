"""The wallet on the database: once each, holds that end, and rows that are what events say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from tests.factories import wallets
from tests.factories.wallets import ANA, USD, Bank, because, usd
from videocall.billing import events
from videocall.billing.errors import (
    HoldNotFound,
    HoldOver,
    InsufficientFunds,
    WalletReferenceUsed,
)
from videocall.billing.model.wallet import (
    MINUTES,
    Credit,
    EntryKind,
    HoldId,
    HoldState,
    Reference,
)
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.tables.wallet import wallet_entries, wallet_holds
from videocall.billing.tables.wallet import wallets as wallet_rows
from videocall.core.access import UserId
from videocall.core.errors import VersionConflict

H1 = HoldId("h1")


@pytest.fixture
async def bank(database_url: str) -> AsyncIterator[Bank]:
    async with wallets.bank(database_url) as made:
        yield made


async def kinds(bank: Bank) -> list[str]:
    async with bank.units.read() as work:
        found = await work.wallet_entries.behind(ANA, USD, 0, 100)
    return [entry.movement.kind.value for entry in found]


async def test_every_movement_happens_once(bank: Bank) -> None:
    for _ in range(3):
        await bank.top_up(1000, "p1")
        await bank.spend(300, "p1")
        await bank.hold(200, "h1")
        await bank.door.capture(H1, Credit.money(usd(150)), because("c1"))
        await bank.do(lambda w: bank.book.refund(w, ANA, usd(70), because("r1"), None))
        await bank.do(lambda w: bank.book.withdraw(w, ANA, usd(1000), because("p1")))
    wallet = await bank.wallet()
    assert (wallet.balance, wallet.held) == (0, 0)
    assert await kinds(bank) == [
        "top_up", "purchase", "hold", "capture", "release", "refund", "withdrawal",
    ]  # fmt: skip
    assert await bank.differences() == []


async def test_a_repeat_with_another_amount_is_refused(bank: Bank) -> None:
    await bank.top_up(1000, "p1")
    await bank.hold(100, "h1")
    with pytest.raises(WalletReferenceUsed):
        await bank.top_up(999, "p1")
    with pytest.raises(WalletReferenceUsed):
        await bank.hold(99, "h1")
    with pytest.raises(WalletReferenceUsed):
        await bank.door.capture(H1, Credit.minutes(100), because("c"))
    assert (await bank.wallet()).balance == 1000


async def test_a_withdrawal_says_again_what_was_missing(bank: Bank) -> None:
    await bank.top_up(1000, "p1")
    await bank.spend(400, "i1")
    for _ in range(2):
        entry = await bank.do(lambda w: bank.book.withdraw(w, ANA, usd(1000), because("p1")))
        assert (entry.movement.count, entry.movement.missing) == (600, 400)
        await bank.top_up(50, "p2")
    assert (await bank.wallet()).balance == 50


async def test_two_payments_of_one_invoice_are_two_purchases(bank: Bank) -> None:
    await bank.top_up(1000, "p0")
    for payment in ("p1", "p2", "p2"):
        reference = Reference("invoice", "i1", "2026-00001", once=f"payment:{payment}")
        async with bank.units.write() as work:
            await bank.book.spend(work, ANA, usd(100), reference, None)
    assert (await bank.wallet()).balance == 800


async def test_minutes_are_a_wallet_of_their_own(bank: Bank) -> None:
    until = bank.clock.now() + timedelta(minutes=5)
    await bank.top_up(1000, "p1")
    async with bank.units.write() as work:
        await bank.book.credit_minutes(work, ANA, 3600, because("i1", "invoice"), None)
        await bank.book.hold_minutes(work, ANA, 1800, H1, until, because("c1", "call"))
        await bank.book.capture_minutes(work, H1, 1234, because("c1", "call"))
    wallet = await bank.wallet(unit=MINUTES)
    assert (wallet.balance, wallet.held) == (3600 - 1234, 0)
    assert (await bank.wallet()).balance == 1000
    assert await bank.door.available(ANA, MINUTES) == 3600 - 1234
    assert await bank.differences() == []


async def test_a_hold_that_is_late_is_over_before_anybody_swept(bank: Bank) -> None:
    await bank.top_up(100, "p1")
    await bank.hold(80, "h1", seconds=60)
    bank.clock.advance(59)
    assert await bank.door.available(ANA, USD) == 20
    with pytest.raises(InsufficientFunds):
        await bank.spend(21, "i1")
    bank.clock.advance(1)
    assert await bank.door.available(ANA, USD) == 100
    with pytest.raises(HoldOver):
        await bank.door.capture(H1, Credit.money(usd(10)), because("c1"))
    await bank.spend(100, "i1")
    assert (await bank.wallet()).available == 0
    assert await kinds(bank) == ["top_up", "hold", "expiry", "purchase"]


async def test_the_sweeper_ends_late_holds_of_all_wallets_once(bank: Bank) -> None:
    for number in range(3):
        owner = UserId(f"owner{number}")
        await bank.top_up(100, "p1", owner)
        await bank.hold(10, f"late{number}", seconds=10, owner=owner)
        await bank.hold(10, f"later{number}", seconds=1000, owner=owner)
    bank.clock.advance(10)
    assert await bank.door.sweep() == 3
    assert await bank.door.sweep() == 0
    assert (await bank.wallet(UserId("owner0"))).held == 10
    async with bank.units.read() as work:
        late = await work.wallets.hold(HoldId("late0"))
    assert late is not None
    assert late.state is HoldState.EXPIRED
    assert await bank.differences() == []


async def test_a_broken_wallet_does_not_keep_the_sweeper_from_the_others(bank: Bank) -> None:
    entry = await bank.top_up(100, "p1")
    await bank.hold(10, "h1", seconds=1)
    await bank.top_up(100, "p1", UserId("budi"))
    await bank.hold(10, "h2", seconds=2, owner=UserId("budi"))
    async with bank.units.write() as work:
        work.events.append(events.wallet_stream(ANA, USD), 2, [events.wallet_moved(entry)], None)
    bank.clock.advance(2)
    assert await bank.door.sweep() == 1
    assert (await bank.wallet()).held == 10
    assert (await bank.wallet(UserId("budi"))).held == 0


async def test_a_hold_that_was_never_there(bank: Bank) -> None:
    with pytest.raises(HoldNotFound):
        await bank.door.release(H1)
    with pytest.raises(HoldNotFound):
        await bank.door.capture(H1, Credit.minutes(1), because("c"))


async def test_releasing_again_is_no_error(bank: Bank) -> None:
    await bank.top_up(100, "p1")
    await bank.hold(80, "h1")
    for _ in range(2):
        assert (await bank.door.release(H1)).state is HoldState.RELEASED
    assert (await bank.wallet()).available == 100


async def test_a_transaction_that_fails_moves_nothing(bank: Bank) -> None:
    await bank.top_up(100, "p1")

    async def spend_twice() -> None:
        async with bank.units.write() as work:
            await bank.book.spend(work, ANA, usd(60), because("i1"), None)
            await bank.book.spend(work, ANA, usd(60), because("i2"), None)

    with pytest.raises(InsufficientFunds):
        await spend_twice()
    assert (await bank.wallet()).balance == 100
    assert await kinds(bank) == ["top_up"]


async def test_the_movements_of_a_wallet_never_go_back_in_time(bank: Bank) -> None:
    await bank.top_up(100, "p1")
    bank.clock.advance(-3600)
    entry = await bank.spend(10, "i1")
    assert entry.movement.at == bank.clock.now() + timedelta(hours=1)


async def test_the_database_refuses_an_overdraft_by_itself(bank: Bank) -> None:
    await bank.top_up(100, "p1")
    for values in ({"balance": -1}, {"held": 101}, {"held": -1}):
        with pytest.raises(IntegrityError):
            async with bank.units.write() as work:
                await work.wallets._connection.execute(update(wallet_rows).values(**values))


async def test_the_same_movement_behind_the_books_back_is_refused(bank: Bank) -> None:
    entry = await bank.top_up(100, "p1")
    async with bank.units.read() as work:
        again = await work.wallets.once(ANA, USD, EntryKind.TOP_UP, "payment:p1")
    assert again is not None
    assert again.id == entry.id

    async def record_again(work: SqlBillingWork) -> None:
        wallet = await work.wallets.lock(ANA, USD, bank.clock.now())
        await work.wallets.record(wallet, None, replace(entry, id="e2", version=2))

    with pytest.raises(IntegrityError):
        await bank.do(record_again)


async def test_an_event_beside_the_book_is_a_conflict_not_a_gap(bank: Bank) -> None:
    entry = await bank.top_up(100, "p1")
    async with bank.units.write() as work:
        work.events.append(events.wallet_stream(ANA, USD), 1, [events.wallet_moved(entry)], None)
    with pytest.raises(VersionConflict):
        await bank.hold(10, "h1")
    assert (await bank.wallet()).version == 1


async def _ruin(bank: Bank, what: str) -> None:
    async with bank.units.write() as work:
        execute = work.wallets._connection.execute
        if what == "balance":
            more = update(wallet_rows).values(balance=wallet_rows.c.balance + 1)
            await execute(more.where(wallet_rows.c.customer_id == ANA))
        elif what == "hold":
            await execute(update(wallet_holds).values(state="released"))
        elif what == "entry":
            last = wallet_entries.c.version == 3
            await execute(update(wallet_entries).where(last).values(balance=7))
        else:
            await execute(delete(wallet_entries).where(wallet_entries.c.version == 2))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("balance", "the wallet has 901 with 150 held after 3 movements"),
        ("hold", "hold h1 is not what its events say"),
        ("entry", "entry 3 is not what its event says"),
        ("lost", "entry 2 is not what its event says"),
    ],
)
async def test_a_check_finds_what_is_wrong_and_a_rebuild_mends_it(
    bank: Bank, what: str, words: str
) -> None:
    await bank.top_up(1000, "p1")
    await bank.spend(100, "i1")
    await bank.hold(150, "h1")
    await bank.top_up(5, "p1", UserId("budi"))
    assert await bank.differences() == []
    await _ruin(bank, what)
    (found,) = await bank.differences()
    assert found.startswith(words)
    assert [item.what for item in await bank.ledger.check(ANA)] == [found]
    assert list(await bank.ledger.check(UserId("budi"))) == []
    await bank.ledger.rebuild(ANA, USD)
    assert await bank.differences() == []


async def test_a_check_finds_events_without_a_wallet(bank: Bank) -> None:
    entry = await bank.top_up(1000, "p1")
    async with bank.units.write() as work:
        told = [events.wallet_moved(replace(entry, id="e2", customer_id=UserId("budi")))]
        work.events.append(events.wallet_stream(UserId("budi"), USD), 0, told, None)
    assert await bank.differences() == ["there are events, but no wallet"]
    assert len(await bank.ledger.check(UserId("budi"))) == 1
    await bank.ledger.rebuild(UserId("budi"), USD)
    assert await bank.differences() == []
    assert (await bank.wallet(UserId("budi"))).balance == 1000


async def test_a_check_finds_events_that_can_not_have_happened(bank: Bank) -> None:
    entry = await bank.top_up(1000, "p1")
    broken = replace(entry, movement=replace(entry.movement, kind=EntryKind.PURCHASE, count=2000))
    async with bank.units.write() as work:
        work.events.append(events.wallet_stream(ANA, USD), 1, [events.wallet_moved(broken)], None)
    found = await bank.differences()
    assert len(found) == 1
    assert found[0].startswith("the events do not fold: a purchase of 2000")
