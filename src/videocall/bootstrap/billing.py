"""Wires the billing domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.billing.model.idempotency import ClaimTimes
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.idempotency import ClaimService
from videocall.bootstrap.billing_wallet import WalletServices, wire_wallet
from videocall.bootstrap.documents import wire_documents
from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources
from videocall.bootstrap.products import ProductsServices
from videocall.bootstrap.users import UsersServices
from videocall.core.db.work import SqlUnits
from videocall.core.http.actors import actor_provider
from videocall.core.http.idempotency import idempotent_writes
from videocall.core.jobs import Job
from videocall.settings import Settings

_LEASE_BEYOND_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class BillingServices:
    """The doors of the billing domain."""

    wallet: WalletServices
    part: Part


def wire_billing(
    settings: Settings,
    _keys: Keys,
    sources: Sources,
    engine: AsyncEngine,
    users: UsersServices,
    _products: ProductsServices,
) -> BillingServices:
    """The services of invoices, payments and the wallet."""
    units = SqlUnits(engine, partial(SqlBillingWork, source=sources.events))
    claims = ClaimService(units, sources.ids, sources.clock, _claim_times(settings))
    wallet = wire_wallet(settings, sources, units, users.accounts)
    documents = wire_documents(settings, sources, units, users.accounts)
    return BillingServices(
        wallet=wallet,
        part=Part(
            controllers=(*wallet.part.controllers, *documents.part.controllers),
            services={**wallet.part.services, **documents.part.services},
            jobs=(
                Job("forget old idempotency keys", 600.0, claims.sweep),
                *wallet.part.jobs,
                *documents.part.jobs,
            ),
            close=documents.part.close,
            middleware=(idempotent_writes(claims, actor_provider(users.sessions.authenticate)),),
        ),
    )


def _claim_times(settings: Settings) -> ClaimTimes:
    # A repeat takes over only when the first run has surely been stopped by the limit of time.
    seconds = settings.server.request_timeout_seconds + _LEASE_BEYOND_TIMEOUT
    return ClaimTimes(lease=timedelta(seconds=seconds))
