"""Books movements of wallets inside an open transaction: checked, once each, with their events.

Who looks at a wallet holds its row until the transaction ends, so parallel commands take turns;
holds whose time is over end before anything else happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from videocall.billing import events
from videocall.billing.errors import HoldNotFound, WalletReferenceUsed
from videocall.billing.interfaces.wallet import WalletWork
from videocall.billing.model import wallet_rules as rules
from videocall.billing.model.wallet import (
    Credit,
    Entry,
    EntryKind,
    Hold,
    HoldId,
    Ledger,
    Movement,
    Reference,
    Unit,
    Wallet,
)
from videocall.core.access import UserId
from videocall.core.clock import Clock
from videocall.core.ids import Ids
from videocall.core.money import Money

_Decide = Callable[[Wallet, int, Reference, datetime], Movement]


class WalletBook:
    """Everything that moves credit. All of it may be repeated with the same reference or hold."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock

    async def top_up(
        self,
        work: WalletWork,
        customer_id: UserId,
        amount: Money,
        reference: Reference,
        actor: str | None,
    ) -> Entry:
        """Money was paid in; raises WalletFull."""
        return await self.put_in(
            work, customer_id, EntryKind.TOP_UP, Credit.money(amount), reference, actor
        )

    async def refund(
        self,
        work: WalletWork,
        customer_id: UserId,
        amount: Money,
        reference: Reference,
        actor: str | None,
    ) -> Entry:
        """What was paid for something comes back as credit; raises WalletFull."""
        return await self.put_in(
            work, customer_id, EntryKind.REFUND, Credit.money(amount), reference, actor
        )

    async def credit_minutes(
        self,
        work: WalletWork,
        customer_id: UserId,
        seconds: int,
        reference: Reference,
        actor: str | None,
    ) -> Entry:
        """A pack of minutes was paid for."""
        credit = Credit.minutes(seconds)
        return await self.put_in(work, customer_id, EntryKind.TOP_UP, credit, reference, actor)

    async def put_in(
        self,
        work: WalletWork,
        customer_id: UserId,
        kind: EntryKind,
        credit: Credit,
        reference: Reference,
        actor: str | None,
    ) -> Entry:
        """A top-up or refund of any unit; raises WalletFull, WalletReferenceUsed."""

        def decide(wallet: Wallet, count: int, why: Reference, at: datetime) -> Movement:
            return rules.put_in(wallet, kind, count, why, at)

        return await self._once(work, customer_id, kind, credit, reference, actor, decide)

    async def spend(
        self,
        work: WalletWork,
        customer_id: UserId,
        amount: Money | Credit,
        reference: Reference,
        actor: str | None,
    ) -> Entry:
        """Pay with it at once; raises InsufficientFunds, WalletReferenceUsed."""
        credit = _credit(amount)
        kind = EntryKind.PURCHASE
        return await self._once(work, customer_id, kind, credit, reference, actor, rules.spend)

    async def withdraw(
        self,
        work: WalletWork,
        customer_id: UserId,
        amount: Money | Credit,
        reference: Reference,
        actor: str | None = None,
    ) -> Entry:
        """Take back what was paid in, as far as it is there.

        ``movement.missing`` of the answer says how much was not; a repeat answers the same.
        """
        credit = _credit(amount)
        kind = EntryKind.WITHDRAWAL
        return await self._once(work, customer_id, kind, credit, reference, actor, rules.withdraw)

    async def hold(
        self,
        work: WalletWork,
        customer_id: UserId,
        amount: Money | Credit,
        hold_id: HoldId,
        until: datetime,
        reference: Reference,
        actor: str | None = None,
    ) -> Hold:
        """Set credit aside; raises InsufficientFunds, WalletReferenceUsed."""
        credit = _credit(amount)
        ledger = await self._ledger(work, customer_id, credit.unit)
        known = await work.wallets.hold(hold_id)
        if known is not None:
            if (known.customer_id, known.unit, known.amount) != (
                customer_id,
                credit.unit,
                credit.count,
            ):
                raise WalletReferenceUsed
            return known
        at = self._now(ledger.wallet)
        made = rules.hold(ledger.wallet, hold_id, credit.count, until, reference, at)
        return (await self._book(work, ledger, [made], actor)).holds[hold_id]

    async def capture(
        self,
        work: WalletWork,
        hold_id: HoldId,
        amount: Money | Credit,
        reference: Reference,
        actor: str | None = None,
    ) -> Hold:
        """Take a part of a hold, the rest is free again.

        Raises HoldNotFound, HoldOver, CaptureTooHigh; WalletReferenceUsed for another unit.
        """
        credit = _credit(amount)
        ledger, known = await self._held(work, hold_id)
        if credit.unit != known.unit:
            raise WalletReferenceUsed
        ends = rules.capture(known, credit.count, reference, self._now(ledger.wallet))
        return (await self._book(work, ledger, ends, actor)).holds[hold_id]

    async def release(self, work: WalletWork, hold_id: HoldId, actor: str | None = None) -> Hold:
        """Give back all of a hold; raises HoldNotFound, and HoldOver when it was captured."""
        ledger, known = await self._held(work, hold_id)
        ends = rules.release(known, self._now(ledger.wallet))
        return (await self._book(work, ledger, ends, actor)).holds[hold_id]

    async def hold_minutes(
        self,
        work: WalletWork,
        customer_id: UserId,
        seconds: int,
        hold_id: HoldId,
        until: datetime,
        reference: Reference,
    ) -> Hold:
        """As hold, of prepaid call time."""
        credit = Credit.minutes(seconds)
        return await self.hold(work, customer_id, credit, hold_id, until, reference)

    async def capture_minutes(
        self, work: WalletWork, hold_id: HoldId, seconds: int, reference: Reference
    ) -> Hold:
        """As capture, of prepaid call time."""
        return await self.capture(work, hold_id, Credit.minutes(seconds), reference)

    async def expire(self, work: WalletWork, customer_id: UserId, unit: Unit) -> int:
        """End the holds of one wallet whose time is over; how many there were."""
        before = await work.wallets.lock(customer_id, unit, self._clock.now())
        return (await self._ledger(work, customer_id, unit)).wallet.version - before.version

    async def _once(
        self,
        work: WalletWork,
        customer_id: UserId,
        kind: EntryKind,
        credit: Credit,
        reference: Reference,
        actor: str | None,
        decide: _Decide,
    ) -> Entry:
        ledger = await self._ledger(work, customer_id, credit.unit)
        known = await work.wallets.once(customer_id, credit.unit, kind, reference.key)
        if known is not None:
            if known.movement.count + known.movement.missing != credit.count:
                raise WalletReferenceUsed
            return known
        made = decide(ledger.wallet, credit.count, reference, self._now(ledger.wallet))
        return await self._record(work, ledger.after(made), made, actor)

    async def _held(self, work: WalletWork, hold_id: HoldId) -> tuple[Ledger, Hold]:
        found = await work.wallets.hold(hold_id)
        if found is None:
            raise HoldNotFound
        ledger = await self._ledger(work, found.customer_id, found.unit)
        # Read again behind the lock: it may have ended meanwhile.
        known = ledger.holds.get(hold_id) or await work.wallets.hold(hold_id) or found
        return Ledger(ledger.wallet, {**ledger.holds, hold_id: known}), known

    async def _ledger(self, work: WalletWork, customer_id: UserId, unit: Unit) -> Ledger:
        """The wallet, locked, with what is active of its holds after the late ones ended."""
        wallet = await work.wallets.lock(customer_id, unit, self._clock.now())
        holds = await work.wallets.holds(customer_id, unit) if wallet.held else ()
        ledger = Ledger(wallet, {item.id: item for item in holds})
        return await self._book(work, ledger, rules.expired(ledger, self._now(wallet)), None)

    async def _book(
        self, work: WalletWork, ledger: Ledger, made: Sequence[Movement], actor: str | None
    ) -> Ledger:
        for movement in made:
            ledger = ledger.after(movement)
            await self._record(work, ledger, movement, actor)
        return ledger

    async def _record(
        self, work: WalletWork, ledger: Ledger, movement: Movement, actor: str | None
    ) -> Entry:
        wallet = ledger.wallet
        hold = ledger.holds[movement.hold_id] if movement.hold_id is not None else None
        entry = Entry.of(self._ids.new(), wallet, movement)
        await work.wallets.record(wallet, hold, entry)
        stream = events.wallet_stream(wallet.customer_id, wallet.unit)
        told = [events.wallet_moved(entry)]
        work.events.append(stream, wallet.version - 1, told, actor)
        return entry

    def _now(self, wallet: Wallet) -> datetime:
        # Two machines' clocks differ; the movements of one wallet never go back in time.
        return max(self._clock.now(), wallet.updated_at)


def _credit(amount: Money | Credit) -> Credit:
    return Credit.money(amount) if isinstance(amount, Money) else amount
