"""Wallets: what they offer to people and to other domains, and what they need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from videocall.billing.model.wallet import (
    Credit,
    Entry,
    EntryKind,
    Hold,
    HoldId,
    Ledger,
    Reference,
    Unit,
    Wallet,
)
from videocall.core.access import Actor, UserId
from videocall.core.db.work import UnitsOfWork
from videocall.core.events.model import NewEvent, StoredEvent
from videocall.core.paging import ListRequest, Page


@dataclass(frozen=True, slots=True)
class WalletView:
    """All that a customer has: one wallet for each currency, minutes, and what is set aside."""

    customer_id: UserId
    money: Sequence[Wallet]
    minutes: Wallet
    holds: Sequence[Hold]


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days in UTC, both included; None: open on that side."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """Every movement of some days, oldest first, between two balances."""

    customer_id: UserId
    unit: Unit
    first: date
    last: date
    opening: int
    closing: int
    entries: Sequence[Entry]


class WalletDesk(Protocol):
    """What people may see of wallets. A customer None: the actor's own."""

    async def view(self, actor: Actor, customer_id: UserId | None = None) -> WalletView:
        """Raises WalletNotFound for anybody else's, unless the actor is an administrator."""
        ...

    async def entries(
        self,
        actor: Actor,
        customer_id: UserId | None,
        unit: Unit | None,
        days: Days,
        request: ListRequest,
    ) -> Page[Entry]:
        """Movements of one unit (None: the house currency), newest first; raises as view."""
        ...

    async def statement(
        self, actor: Actor, customer_id: UserId | None, unit: Unit | None, days: Days
    ) -> Statement:
        """Open sides are this month; raises as view, ValidationFailed, StatementTooLong."""
        ...


class Wallets(Protocol):
    """The door for other domains: credit is set aside, then taken or given back.

    Everything may be repeated: a hold by its id, the rest by the hold.
    """

    async def hold(
        self,
        customer_id: UserId,
        credit: Credit,
        hold_id: HoldId,
        until: datetime,
        reference: Reference,
    ) -> Hold:
        """Set credit aside; raises InsufficientFunds, WalletReferenceUsed."""
        ...

    async def capture(self, hold_id: HoldId, credit: Credit, reference: Reference) -> Hold:
        """Take a part, the rest is free again.

        Raises HoldNotFound, HoldOver, CaptureTooHigh.
        """
        ...

    async def release(self, hold_id: HoldId) -> Hold:
        """Give all of it back; raises HoldNotFound, and HoldOver when it was captured."""
        ...

    async def available(self, customer_id: UserId, unit: Unit) -> int:
        """What could be held now, in minor units or seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Where rows and events of one wallet do not agree."""

    customer_id: UserId
    unit: Unit
    what: str


class WalletLedger(Protocol):
    """Compares what is stored of wallets with their events, and mends it from them."""

    async def check(self, customer_id: UserId) -> Sequence[Difference]:
        """Where the rows of one customer's wallets are not what their events say."""
        ...

    def check_all(self) -> AsyncIterator[Difference]:
        """The same for all wallets, and for streams without a wallet."""
        ...

    async def rebuild(self, customer_id: UserId, unit: Unit) -> None:
        """Make the rows of one wallet anew from its events."""
        ...


class WalletRepository(Protocol):
    """Wallets, holds and movements in the database."""

    async def lock(self, customer_id: UserId, unit: Unit, now: datetime) -> Wallet:
        """The wallet, an empty one when there was none; nobody else moves it until the end."""
        ...

    async def wallets(self, customer_id: UserId) -> Sequence[Wallet]:
        """All of a customer's, by unit."""
        ...

    async def after(self, last: Wallet | None, limit: int) -> Sequence[Wallet]:
        """Wallets of everybody behind this one, by customer and unit."""
        ...

    async def hold(self, hold_id: HoldId) -> Hold | None: ...

    async def holds(self, customer_id: UserId, unit: Unit | None = None) -> Sequence[Hold]:
        """Active holds, by the time of their end."""
        ...

    async def all_holds(self, customer_id: UserId, unit: Unit) -> Sequence[Hold]: ...

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[UserId, Unit]]:
        """Wallets with holds whose time is over."""
        ...

    async def once(
        self, customer_id: UserId, unit: Unit, kind: EntryKind, key: str
    ) -> Entry | None:
        """The movement with this key, if it was made."""
        ...

    async def record(self, wallet: Wallet, hold: Hold | None, entry: Entry) -> None:
        """Store a movement: its entry, and the wallet and hold after it."""
        ...

    async def replace(self, ledger: Ledger, entries: Sequence[Entry]) -> None:
        """Put these rows in the place of all that is stored of a wallet."""
        ...


class EntryRepository(Protocol):
    """Movements, to read."""

    async def page(
        self, customer_id: UserId, unit: Unit, days: Days, request: ListRequest
    ) -> Sequence[Entry]:
        """One more than the limit when there are more."""
        ...

    async def between(
        self, customer_id: UserId, unit: Unit, days: Days, limit: int
    ) -> Sequence[Entry]:
        """Oldest first."""
        ...

    async def balance_before(self, customer_id: UserId, unit: Unit, first: date) -> int:
        """The balance when this day began."""
        ...

    async def behind(
        self, customer_id: UserId, unit: Unit, version: int, limit: int
    ) -> Sequence[Entry]:
        """The next movements after a version."""
        ...


class WalletEvents(Protocol):
    """The event log of the transaction."""

    async def stream(self, stream: str) -> Sequence[StoredEvent]: ...

    async def streams(self, prefix: str, after: str, limit: int) -> Sequence[str]:
        """Names of streams behind ``after``, in their order."""
        ...

    def append(
        self, stream: str, expected_version: int | None, new: Sequence[NewEvent], actor: str | None
    ) -> None: ...


class WalletWork(Protocol):
    """One transaction around wallets."""

    @property
    def wallets(self) -> WalletRepository: ...

    @property
    def wallet_entries(self) -> EntryRepository: ...

    @property
    def events(self) -> WalletEvents: ...


WalletUnits = UnitsOfWork[WalletWork]


class WalletPeople(Protocol):
    """What wallets need to know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...
