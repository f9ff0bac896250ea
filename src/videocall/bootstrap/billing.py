"""Wires the billing domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.billing.model.idempotency import ClaimTimes
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.idempotency import ClaimService
from videocall.bootstrap.billing_invoices import wire_invoices
from videocall.bootstrap.billing_settlement import SettlementServices, wire_settlement
from videocall.bootstrap.billing_wallet import WalletServices, wire_wallet
from videocall.bootstrap.documents import wire_documents
from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources
from videocall.bootstrap.products import ProductsServices
from videocall.bootstrap.providers import wire_providers
from videocall.bootstrap.users import UsersServices
from videocall.core.db.work import SqlUnits
from videocall.core.http.actors import actor_provider
from videocall.core.http.idempotency import TAKES_KEYS, idempotent_writes
from videocall.core.jobs import Job
from videocall.settings import Settings

_LEASE_BEYOND_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class BillingServices:
    """The doors of the billing domain."""

    wallet: WalletServices
    settlement: SettlementServices
    part: Part


def wire_billing(
    settings: Settings,
    keys: Keys,
    sources: Sources,
    engine: AsyncEngine,
    users: UsersServices,
    products: ProductsServices,
) -> BillingServices:
    """The services of invoices, payments and the wallet."""
    units = SqlUnits(engine, partial(SqlBillingWork, source=sources.events))
    claims = ClaimService(units, sources.ids, sources.clock, _claim_times(settings))
    providers = wire_providers(settings, keys, sources.clock)
    documents = wire_documents(settings, sources, units, users.accounts)
    settlement = wire_settlement(
        settings,
        sources,
        units,
        users.accounts,
        products.catalogue,
        products.stock,
        providers,
        documents.mail,
    )
    wallet = wire_wallet(settings, sources, units, users.accounts)
    invoices = wire_invoices(
        settings, sources, units, users.accounts, products.catalogue, settlement, documents.mail
    )
    return BillingServices(
        wallet=wallet,
        settlement=settlement,
        part=Part(
            controllers=(
                *wallet.part.controllers,
                *settlement.part.controllers,
                *invoices.controllers,
                *documents.part.controllers,
            ),
            services={
                **wallet.part.services,
                **settlement.part.services,
                **invoices.services,
                **documents.part.services,
            },
            jobs=(
                Job("forget old idempotency keys", 600.0, claims.sweep),
                *wallet.part.jobs,
                *settlement.part.jobs,
                *invoices.jobs,
                *documents.part.jobs,
            ),
            close=partial(_close_all, (settlement.part, documents.part)),
            middleware=(idempotent_writes(claims, actor_provider(users.sessions.authenticate)),),
            options={TAKES_KEYS: True},
        ),
    )


async def _close_all(parts: Sequence[Part]) -> None:
    for part in parts:
        await part.close()


def _claim_times(settings: Settings) -> ClaimTimes:
    # A repeat takes over only when the first run has surely been stopped by the limit of time.
    seconds = settings.server.request_timeout_seconds + _LEASE_BEYOND_TIMEOUT
    return ClaimTimes(lease=timedelta(seconds=seconds))
