"""Wires the wallet of the billing domain."""

from __future__ import annotations

from dataclasses import dataclass

from videocall.billing.controller.wallet import CONTROLLERS
from videocall.billing.interfaces.wallet import WalletPeople, WalletUnits
from videocall.billing.service.wallet import WalletDoor, WalletService
from videocall.billing.service.wallet_book import WalletBook
from videocall.billing.service.wallet_ledger import WalletLedgerService
from videocall.bootstrap.parts import Part, Sources
from videocall.core.jobs import Job
from videocall.settings import Settings


@dataclass(frozen=True, slots=True)
class WalletServices:
    """The doors of the wallet; ``book`` moves credit inside somebody's transaction."""

    book: WalletBook
    door: WalletDoor
    ledger: WalletLedgerService
    part: Part


def wire_wallet(
    settings: Settings, sources: Sources, units: WalletUnits, people: WalletPeople
) -> WalletServices:
    """The services of the wallet."""
    book = WalletBook(sources.ids, sources.clock)
    door = WalletDoor(units, book, sources.clock)
    desk = WalletService(units, people, sources.clock, settings.shop.currency)
    return WalletServices(
        book=book,
        door=door,
        ledger=WalletLedgerService(units, sources.clock),
        part=Part(
            controllers=CONTROLLERS,
            services={"wallet_desk": desk},
            jobs=(Job("end holds whose time is over", 5.0, door.sweep),),
        ),
    )
