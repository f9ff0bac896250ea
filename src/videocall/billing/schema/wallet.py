"""Shapes of the wallet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.wallet import Statement, WalletView
from videocall.billing.model.wallet import Entry, EntryKind, Hold, Reference, Wallet, credit_text
from videocall.core.paging import Page

UnitName = Annotated[
    str, Meta(description="A currency, or minutes (counted in seconds)", examples=["USD"])
]
Amount = Annotated[
    str,
    Meta(description="Major units of the currency; for minutes: seconds", examples=["-12.50"]),
]


class BalanceBody(msgspec.Struct, frozen=True):
    """Credit of one currency, in major units; `available` is `balance` without `held`."""

    currency: Annotated[str, Meta(examples=["USD"])]
    balance: Annotated[str, Meta(examples=["20.00"])]
    held: Annotated[str, Meta(examples=["5.00"])]
    available: Annotated[str, Meta(examples=["15.00"])]

    @classmethod
    def of(cls, wallet: Wallet) -> BalanceBody:
        """The wallet as the API shows it."""
        unit = wallet.unit
        return cls(
            unit,
            credit_text(unit, wallet.balance),
            credit_text(unit, wallet.held),
            credit_text(unit, wallet.available),
        )


class MinutesBody(msgspec.Struct, frozen=True):
    """Prepaid call time, in seconds."""

    balance: Annotated[int, Meta(examples=[3600])]
    held: int
    available: int


class ReferenceBody(msgspec.Struct, frozen=True):
    """What a movement belongs to, such as an invoice and its number."""

    type: Annotated[str, Meta(examples=["invoice"])]
    id: str
    number: str | None

    @classmethod
    def of(cls, reference: Reference) -> ReferenceBody:
        """The reference as the API shows it."""
        return cls(reference.type, reference.id, reference.number)


class HoldBody(msgspec.Struct, frozen=True):
    """Credit that is set aside until a moment, at the latest."""

    id: str
    unit: UnitName
    amount: Amount
    until: datetime
    reference: ReferenceBody
    created_at: datetime

    @classmethod
    def of(cls, hold: Hold) -> HoldBody:
        """The hold as the API shows it."""
        return cls(
            hold.id,
            hold.unit,
            credit_text(hold.unit, hold.rest),
            hold.until,
            ReferenceBody.of(hold.reference),
            hold.created_at,
        )


class WalletBody(msgspec.Struct, frozen=True):
    """All that a customer has; the house currency is always among the balances."""

    customer_id: str
    balances: list[BalanceBody]
    minutes: MinutesBody
    holds: list[HoldBody]

    @classmethod
    def of(cls, view: WalletView) -> WalletBody:
        """The wallet as the API shows it."""
        minutes = view.minutes
        return cls(
            customer_id=view.customer_id,
            balances=[BalanceBody.of(wallet) for wallet in view.money],
            minutes=MinutesBody(minutes.balance, minutes.held, minutes.available),
            holds=[HoldBody.of(hold) for hold in view.holds],
        )


class WalletEntryBody(msgspec.Struct, frozen=True):
    """One movement; `balance` and `available` are those after it.

    `amount` is what it did to the balance, or, of holds, releases and expiries, to `available`.
    """

    id: str
    kind: EntryKind
    unit: UnitName
    amount: Amount
    balance: Amount
    available: Amount
    reference: ReferenceBody
    created_at: datetime

    @classmethod
    def of(cls, entry: Entry) -> WalletEntryBody:
        """The movement as the API shows it."""
        return cls(
            id=entry.id,
            kind=entry.movement.kind,
            unit=entry.unit,
            amount=credit_text(entry.unit, entry.amount),
            balance=credit_text(entry.unit, entry.balance),
            available=credit_text(entry.unit, entry.available),
            reference=ReferenceBody.of(entry.movement.reference),
            created_at=entry.movement.at,
        )


class WalletEntryPage(msgspec.Struct, frozen=True):
    """Some movements, newest first."""

    items: list[WalletEntryBody]
    next_cursor: str | None
    page: int | None
    has_more: bool

    @classmethod
    def of(cls, page: Page[Entry]) -> WalletEntryPage:
        """The page as the API shows it."""
        items = entry_bodies(page.items)
        return cls(items, page.next_cursor, page.page, page.has_more)


class StatementBody(msgspec.Struct, frozen=True):
    """Every movement of some days (UTC, both included), oldest first, between two balances."""

    customer_id: str
    unit: UnitName
    from_: date = msgspec.field(name="from")
    to: date
    opening_balance: Amount
    closing_balance: Amount
    entries: list[WalletEntryBody]

    @classmethod
    def of(cls, statement: Statement) -> StatementBody:
        """The statement as the API shows it."""
        unit = statement.unit
        return cls(
            customer_id=statement.customer_id,
            unit=unit,
            from_=statement.first,
            to=statement.last,
            opening_balance=credit_text(unit, statement.opening),
            closing_balance=credit_text(unit, statement.closing),
            entries=entry_bodies(statement.entries),
        )


def entry_bodies(entries: Sequence[Entry]) -> list[WalletEntryBody]:
    """Movements as the API shows them."""
    return [WalletEntryBody.of(entry) for entry in entries]
