"""Wallets on a database, moved through the book and the doors, without HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from tests.factories.application import Application
from tests.factories.sources import MovedClock, sources
from videocall.billing.model.wallet import Credit, Entry, Hold, HoldId, Reference, Unit, Wallet
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.wallet import WalletDoor
from videocall.billing.service.wallet_book import WalletBook
from videocall.billing.service.wallet_ledger import WalletLedgerService
from videocall.core.access import UserId
from videocall.core.db.engine import PoolSettings, create_engine
from videocall.core.db.work import SqlUnits
from videocall.core.money import Money

T = TypeVar("T")

USD = Unit("USD")
ANA = UserId("ana")


def usd(minor: int) -> Money:
    """An amount in cents."""
    return Money(minor, "USD")


def because(number: str, kind: str = "payment") -> Reference:
    """What a movement belongs to."""
    return Reference(kind, number)


@dataclass(frozen=True, slots=True)
class Bank:
    """The wallets of one database, with a clock."""

    units: SqlUnits[SqlBillingWork]
    book: WalletBook
    door: WalletDoor
    ledger: WalletLedgerService
    clock: MovedClock

    async def do(self, move: Callable[[SqlBillingWork], Awaitable[T]]) -> T:
        """One movement in a transaction of its own."""
        async with self.units.write() as work:
            return await move(work)

    async def top_up(self, minor: int, number: str, owner: UserId = ANA) -> Entry:
        """Money comes in."""
        return await self.do(
            lambda work: self.book.top_up(work, owner, usd(minor), because(number), None)
        )

    async def spend(self, minor: int, number: str, owner: UserId = ANA) -> Entry:
        """Something is paid for."""
        return await self.do(
            lambda work: self.book.spend(work, owner, usd(minor), because(number), None)
        )

    async def hold(
        self, minor: int, hold_id: str, seconds: float = 60, owner: UserId = ANA
    ) -> Hold:
        """Credit is set aside."""
        until = self.clock.now() + timedelta(seconds=seconds)
        credit = Credit.money(usd(minor))
        return await self.door.hold(owner, credit, HoldId(hold_id), until, because("c", "call"))

    async def wallet(self, owner: UserId = ANA, unit: Unit = USD) -> Wallet:
        """The cached row."""
        async with self.units.read() as work:
            return next(w for w in await work.wallets.wallets(owner) if w.unit == unit)

    async def differences(self) -> list[str]:
        """What a check of everything finds."""
        return [found.what async for found in self.ledger.check_all()]


def bank_of(units: SqlUnits[SqlBillingWork], clock: MovedClock) -> Bank:
    """The wallets behind these units of work."""
    known = sources(clock)
    book = WalletBook(known.ids, clock)
    return Bank(
        units, book, WalletDoor(units, book, clock), WalletLedgerService(units, clock), clock
    )


@asynccontextmanager
async def bank(database_url: str, pool: PoolSettings | None = None) -> AsyncIterator[Bank]:
    """The wallets of this database, on connections of their own."""
    clock = MovedClock()
    engine = create_engine(database_url, pool)
    units = SqlUnits(engine, partial(SqlBillingWork, source=sources(clock).events))
    yield bank_of(units, clock)
    await engine.dispose()


def bank_behind(app: Application) -> Bank:
    """The wallets of a running application, with its clock."""
    source = app.container.sources.events
    return bank_of(
        SqlUnits(app.container.engine, partial(SqlBillingWork, source=source)), app.clock
    )
