"""Wallets for people (balances, movements, statements) and for other domains (holds)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from videocall.billing.errors import StatementTooLong, WalletNotFound
from videocall.billing.interfaces.wallet import (
    Days,
    Statement,
    WalletPeople,
    WalletUnits,
    WalletView,
    WalletWork,
)
from videocall.billing.model.wallet import (
    MINUTES,
    Credit,
    Entry,
    Hold,
    HoldId,
    Reference,
    Unit,
    Wallet,
    empty_ledger,
)
from videocall.billing.service.wallet_book import WalletBook
from videocall.core.access import Actor, UserId
from videocall.core.clock import Clock
from videocall.core.errors import DomainError, FieldError, ValidationFailed, VersionConflict
from videocall.core.logs import get_logger
from videocall.core.money import InvalidMoney, minor_digits
from videocall.core.paging import ListRequest, Page, Position, list_page

_LOG = get_logger(__name__)

MOST_DAYS = 366
MOST_ENTRIES = 10_000
_LAST_YEAR = 9998
_TRIES = 3

T = TypeVar("T")


class WalletService:
    """What people may see: their own wallet; administrators everybody's."""

    def __init__(
        self, units: WalletUnits, people: WalletPeople, clock: Clock, house_currency: str
    ) -> None:
        self._units = units
        self._people = people
        self._clock = clock
        self._house = Unit(house_currency)

    async def view(self, actor: Actor, customer_id: UserId | None = None) -> WalletView:
        owner = await self._owner(actor, customer_id)
        now = self._clock.now()
        async with self._units.read() as work:
            wallets = await work.wallets.wallets(owner)
            holds = await work.wallets.holds(owner)
        # A hold whose time is over holds nothing, though nobody may have ended it yet.
        over = [item for item in holds if item.until <= now]
        known = {item.unit: _without(item, over) for item in wallets}
        for unit in (self._house, MINUTES):
            known.setdefault(unit, empty_ledger(owner, unit, now).wallet)
        return WalletView(
            customer_id=owner,
            money=[known[unit] for unit in sorted(known) if unit != MINUTES],
            minutes=known[MINUTES],
            holds=[item for item in holds if item.until > now],
        )

    async def entries(
        self,
        actor: Actor,
        customer_id: UserId | None,
        unit: Unit | None,
        days: Days,
        request: ListRequest,
    ) -> Page[Entry]:
        unit = self._checked(unit, days)
        owner = await self._owner(actor, customer_id)
        async with self._units.read() as work:
            found = await work.wallet_entries.page(owner, unit, days, request)
        return list_page(found, [Position(item.version, item.id) for item in found], request)

    async def statement(
        self, actor: Actor, customer_id: UserId | None, unit: Unit | None, days: Days
    ) -> Statement:
        unit = self._checked(unit, days)
        first, last = self._range(days)
        owner = await self._owner(actor, customer_id)
        async with self._units.read() as work:
            opening = await work.wallet_entries.balance_before(owner, unit, first)
            found = await work.wallet_entries.between(
                owner, unit, Days(first, last), MOST_ENTRIES + 1
            )
        if len(found) > MOST_ENTRIES:
            raise StatementTooLong
        closing = found[-1].balance if found else opening
        return Statement(owner, unit, first, last, opening, closing, found)

    async def _owner(self, actor: Actor, customer_id: UserId | None) -> UserId:
        if customer_id is None or customer_id == actor.user_id:
            return actor.user_id
        if not actor.is_admin or not await self._people.names([customer_id]):
            raise WalletNotFound
        return customer_id

    def _checked(self, unit: Unit | None, days: Days) -> Unit:
        wrong = []
        if unit is not None and unit != MINUTES:
            try:
                minor_digits(unit)
            except InvalidMoney:
                words = "An ISO 4217 currency, or minutes."
                wrong.append(FieldError("unit", "choice", words))
        if days.first is not None and days.last is not None and days.last < days.first:
            wrong.append(FieldError("to", "out_of_range", "This is not before `from`."))
        wrong += [
            FieldError(field, "out_of_range", f"Not after the year {_LAST_YEAR}.")
            for field, day in (("from", days.first), ("to", days.last))
            if day is not None and day.year > _LAST_YEAR
        ]
        if wrong:
            raise ValidationFailed(fields=wrong)
        return unit or self._house

    def _range(self, days: Days) -> tuple[date, date]:
        last = days.last or max(self._clock.now().date(), days.first or date.min)
        first = days.first or last.replace(day=1)
        if last - first >= timedelta(days=MOST_DAYS):
            words = f"A statement covers at most {MOST_DAYS} days."
            raise ValidationFailed(fields=[FieldError("from", "out_of_range", words)])
        return first, last


class WalletDoor:
    """Holds for other domains, each in a transaction of its own."""

    def __init__(self, units: WalletUnits, book: WalletBook, clock: Clock) -> None:
        self._units = units
        self._book = book
        self._clock = clock

    async def hold(
        self,
        customer_id: UserId,
        credit: Credit,
        hold_id: HoldId,
        until: datetime,
        reference: Reference,
    ) -> Hold:
        return await self._write(
            lambda work: self._book.hold(work, customer_id, credit, hold_id, until, reference)
        )

    async def capture(self, hold_id: HoldId, credit: Credit, reference: Reference) -> Hold:
        return await self._write(lambda work: self._book.capture(work, hold_id, credit, reference))

    async def release(self, hold_id: HoldId) -> Hold:
        return await self._write(lambda work: self._book.release(work, hold_id))

    async def available(self, customer_id: UserId, unit: Unit) -> int:
        now = self._clock.now()
        async with self._units.read() as work:
            wallets = await work.wallets.wallets(customer_id)
            holds = await work.wallets.holds(customer_id, unit)
        over = [item for item in holds if item.until <= now]
        return sum(_without(item, over).available for item in wallets if item.unit == unit)

    async def sweep(self) -> int:
        """End holds whose time is over, wallet by wallet; how many there were."""
        async with self._units.read() as work:
            due = await work.wallets.due(self._clock.now(), 500)
        ended = 0
        for customer_id, unit in due:
            try:
                async with self._units.write() as work:
                    count = await self._book.expire(work, customer_id, unit)
                ended += count
            except DomainError:  # one broken wallet must not stop the others
                _LOG.exception("holds of a wallet stay", customer=customer_id, unit=unit)
        return ended

    async def _write(self, do: Callable[[WalletWork], Awaitable[T]]) -> T:
        for _ in range(_TRIES - 1):
            try:
                async with self._units.write() as work:
                    return await do(work)
            except VersionConflict:
                continue
        async with self._units.write() as work:
            return await do(work)


def _without(wallet: Wallet, over: Sequence[Hold]) -> Wallet:
    gone = sum(item.rest for item in over if item.unit == wallet.unit)
    return replace(wallet, held=max(0, wallet.held - gone))
