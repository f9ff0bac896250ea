"""Compares the rows of wallets with their event streams, which are the truth; mends the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from videocall.billing import events
from videocall.billing.interfaces.wallet import Difference, WalletUnits, WalletWork
from videocall.billing.model.wallet import Entry, Ledger, Unit, Wallet, empty_ledger
from videocall.core.access import UserId
from videocall.core.clock import Clock
from videocall.core.events.model import StoredEvent

_AT_ONCE = 500
_BROKEN = (ValueError, KeyError, TypeError)  # events that no wallet can have had


class WalletLedgerService:
    """Checks and rebuilds; one wallet at a time, so that it can run beside everything else."""

    def __init__(self, units: WalletUnits, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def check(self, customer_id: UserId) -> Sequence[Difference]:
        async with self._units.read() as work:
            wallets = await work.wallets.wallets(customer_id)
            prefix = events.wallet_stream(customer_id, Unit(""))
            streams = await work.events.streams(prefix, "", _AT_ONCE)
        names = {item.unit for item in wallets} | {_unit_of(stream) for stream in streams}
        return [
            found for unit in sorted(names) async for found in self._differences(customer_id, unit)
        ]

    async def check_all(self) -> AsyncIterator[Difference]:
        last: Wallet | None = None
        while True:
            async with self._units.read() as work:
                wallets = await work.wallets.after(last, _AT_ONCE)
            for last in wallets:
                async for found in self._differences(last.customer_id, last.unit):
                    yield found
            if len(wallets) < _AT_ONCE:
                break
        async for found in self._streams_without_wallet():
            yield found

    async def rebuild(self, customer_id: UserId, unit: Unit) -> None:
        async with self._units.write() as work:
            wallet = await work.wallets.lock(customer_id, unit, self._clock.now())
            stored = await work.events.stream(events.wallet_stream(customer_id, unit))
            await work.wallets.replace(*_rebuilt(wallet, stored))

    async def _streams_without_wallet(self) -> AsyncIterator[Difference]:
        last = ""
        while True:
            async with self._units.read() as work:
                streams = await work.events.streams(events.WALLET_STREAMS, last, _AT_ONCE)
            for last in streams:
                customer_id, unit = _owner_of(last), _unit_of(last)
                async with self._units.read() as work:
                    wallets = await work.wallets.wallets(customer_id)
                if all(item.unit != unit for item in wallets):
                    yield Difference(customer_id, unit, "there are events, but no wallet")
            if len(streams) < _AT_ONCE:
                return

    async def _differences(self, customer_id: UserId, unit: Unit) -> AsyncIterator[Difference]:
        async with self._units.read() as work:
            words = await _compare(work, customer_id, unit, None)
        if words:  # perhaps somebody moved it between two of our looks: look again behind its lock
            async with self._units.write() as work:
                wallets = await work.wallets.wallets(customer_id)
                if any(item.unit == unit for item in wallets):
                    locked = await work.wallets.lock(customer_id, unit, self._clock.now())
                    words = await _compare(work, customer_id, unit, locked)
        for word in words:
            yield Difference(customer_id, unit, word)


async def _compare(
    work: WalletWork, customer_id: UserId, unit: Unit, locked: Wallet | None
) -> list[str]:
    wallets = [locked] if locked is not None else await work.wallets.wallets(customer_id)
    wallet = next((item for item in wallets if item.unit == unit), None)
    if wallet is None:
        return ["there are events, but no wallet"]
    stored = await work.events.stream(events.wallet_stream(customer_id, unit))
    try:
        ledger, entries = _rebuilt(wallet, stored)
    except _BROKEN as error:
        return [f"the events do not fold: {error}"]
    words = []
    if ledger.wallet != wallet:
        words.append(f"the wallet has {_brief(wallet)}, its events say {_brief(ledger.wallet)}")
    holds = {item.id: item for item in await work.wallets.all_holds(customer_id, unit)}
    words += [
        f"hold {hold_id} is not what its events say"
        for hold_id in sorted(holds.keys() | ledger.holds.keys())
        if holds.get(hold_id) != ledger.holds.get(hold_id)
    ]
    return words + await _wrong_entries(work, wallet, entries)


async def _wrong_entries(work: WalletWork, wallet: Wallet, entries: Sequence[Entry]) -> list[str]:
    told = {entry.version: entry for entry in entries}
    wrong, last = [], 0
    while True:
        rows = await work.wallet_entries.behind(wallet.customer_id, wallet.unit, last, _AT_ONCE)
        wrong += [row.version for row in rows if told.pop(row.version, None) != row]
        if len(rows) < _AT_ONCE:
            break
        last = rows[-1].version
    return [f"entry {version} is not what its event says" for version in sorted([*wrong, *told])]


def _rebuilt(wallet: Wallet, stored: Iterable[StoredEvent]) -> tuple[Ledger, list[Entry]]:
    ledger = empty_ledger(wallet.customer_id, wallet.unit, wallet.updated_at)
    entries = []
    for entry_id, movement in events.movements(stored):
        ledger = ledger.after(movement)
        entries.append(Entry.of(entry_id, ledger.wallet, movement))
    return ledger, entries


def _brief(wallet: Wallet) -> str:
    return f"{wallet.balance} with {wallet.held} held after {wallet.version} movements"


def _owner_of(stream: str) -> UserId:
    return UserId(stream.split(":")[1])


def _unit_of(stream: str) -> Unit:
    return Unit(stream.rsplit(":", 1)[1])
