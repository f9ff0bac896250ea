"""What may happen to a wallet: decisions that answer movements, or refuse. Pure.

Available credit never becomes negative, and a hold ends exactly once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from videocall.billing.errors import CaptureTooHigh, HoldOver, InsufficientFunds, WalletFull
from videocall.billing.model.wallet import (
    MINUTES,
    EntryKind,
    Hold,
    HoldId,
    HoldState,
    Ledger,
    Movement,
    Reference,
    Unit,
    Wallet,
    credit_text,
)
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import MAX_MINOR_UNITS


def put_in(
    wallet: Wallet, kind: EntryKind, count: int, reference: Reference, at: datetime
) -> Movement:
    """A top-up or refund; raises WalletFull beyond what can be counted exactly."""
    _positive(count)
    if wallet.balance + count > MAX_MINOR_UNITS:
        raise WalletFull
    return Movement(kind, count, reference, at)


def spend(wallet: Wallet, count: int, reference: Reference, at: datetime) -> Movement:
    """A purchase from what is available; raises InsufficientFunds."""
    _positive(count)
    _covered(wallet, count)
    return Movement(EntryKind.PURCHASE, count, reference, at)


def withdraw(wallet: Wallet, count: int, reference: Reference, at: datetime) -> Movement:
    """As much of it as is available; the movement says what is missing."""
    _positive(count)
    taken = min(count, wallet.available)
    return Movement(EntryKind.WITHDRAWAL, taken, reference, at, missing=count - taken)


def hold(
    wallet: Wallet, hold_id: HoldId, count: int, until: datetime, reference: Reference, at: datetime
) -> Movement:
    """Set credit aside; raises InsufficientFunds."""
    _positive(count)
    if until <= at:
        raise ValidationFailed(fields=[FieldError("until", "past", "A hold ends in the future.")])
    _covered(wallet, count)
    return Movement(EntryKind.HOLD, count, reference, at, hold_id, until)


def capture(known: Hold, count: int, reference: Reference, at: datetime) -> Sequence[Movement]:
    """Take a part of a hold and release the rest; none when this was done before.

    Raises CaptureTooHigh, and HoldOver when it ended in another way.
    """
    if count < 0:
        _positive(count)
    if not known.is_active:
        if known.captured != count:
            raise HoldOver
        return ()
    if count > known.rest:
        text = credit_text(known.unit, known.rest)
        raise CaptureTooHigh(f"This hold has {text}{_unit_word(known.unit)}.")
    taken = Movement(EntryKind.CAPTURE, count, reference, at, known.id)
    rest = Movement(EntryKind.RELEASE, known.rest - count, known.reference, at, known.id)
    return [movement for movement in (taken, rest) if movement.count]


def release(known: Hold, at: datetime) -> Sequence[Movement]:
    """Give back all of a hold; none when nothing is set aside any more.

    Raises HoldOver when it was captured.
    """
    if known.state is HoldState.CAPTURED:
        raise HoldOver
    if not known.is_active:
        return ()
    return [Movement(EntryKind.RELEASE, known.rest, known.reference, at, known.id)]


def expired(ledger: Ledger, at: datetime) -> Sequence[Movement]:
    """The ends of all holds whose time is over; whoever looks at the wallet next makes them."""
    return [
        Movement(EntryKind.EXPIRY, item.rest, item.reference, at, item.id)
        for item in sorted(ledger.holds.values(), key=lambda item: (item.until, item.id))
        if item.is_active and item.until <= at
    ]


def _covered(wallet: Wallet, count: int) -> None:
    if count > wallet.available:
        text = credit_text(wallet.unit, wallet.available)
        asked = credit_text(wallet.unit, count)
        raise InsufficientFunds(
            f"{asked}{_unit_word(wallet.unit)} is asked for, {text} is available. "
            "Top up, or pay in another way."
        )


def _positive(count: int) -> None:
    if count <= 0:
        wrong = FieldError("amount", "out_of_range", "This is more than nothing.")
        raise ValidationFailed(fields=[wrong])


def _unit_word(unit: Unit) -> str:
    return " seconds" if unit == MINUTES else f" {unit}"
