"""Runs all checks of the ledger and prints what differs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.billing.adapters.test_provider import TestProvider
from videocall.billing.errors import ProviderUnavailable
from videocall.billing.model.charges import PaymentMethod
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.wallet_ledger import WalletLedgerService
from videocall.billing.tables.payments import payments
from videocall.bootstrap.database import make_engine
from videocall.bootstrap.keys import resolve_keys
from videocall.bootstrap.ledger.provider import provider_differences
from videocall.bootstrap.ledger.queries import CHECKS, Check
from videocall.bootstrap.parts import system_sources
from videocall.bootstrap.providers import wire_providers
from videocall.core.console import complain, say
from videocall.core.db.work import SqlUnits, driver_errors
from videocall.core.errors import DatabaseUnavailable
from videocall.settings import Settings

_MOST_PRINTED = 20


async def check_ledger(settings: Settings) -> int:
    """Print every check; 1 when something differs or can't be asked."""
    engine = make_engine(settings)
    try:
        async with driver_errors():
            return await _check_all(settings, engine)
    except DatabaseUnavailable:
        complain("videocall: the database does not answer. Check database.url and that it runs.")
        return 1
    finally:
        await engine.dispose()


async def _check_all(settings: Settings, engine: AsyncEngine) -> int:
    differing = 0
    for check in CHECKS:
        differing += await _report(check.name, _rows(engine, check))
    differing += await _report("wallets follow from their events", _wallets(engine))
    sources = system_sources()
    providers = wire_providers(settings, resolve_keys(settings), sources.clock)
    try:
        provider = providers.get(PaymentMethod.TEST)
        if isinstance(provider, TestProvider):
            name = "payments agree with the test provider"
            try:
                differing += await _report(name, provider_differences(engine, provider))
            except ProviderUnavailable:
                differing += await _unanswered(engine, name)
    finally:
        for each in providers.values():
            await each.aclose()
    say("The ledger agrees." if not differing else f"{differing} checks found differences.")
    return 1 if differing else 0


async def _unanswered(engine: AsyncEngine, name: str) -> int:
    """A test provider that is away matters when it was ever asked for money."""
    used = select(payments.c.id).where(payments.c.method == PaymentMethod.TEST.value).limit(1)
    async with engine.connect() as connection:
        if await connection.scalar(used) is None:
            say(f"ok  {name}: none was made with it")
            return 0
    say(f"FIX {name}: it does not answer")
    say("    Start it: `videocall testpay`, or switch it off: payments.test.enabled.")
    return 1


async def _report(name: str, found: AsyncIterator[tuple[str, str]]) -> int:
    count = 0
    async for which, words in found:
        count += 1
        if count == 1:
            say(f"FIX {name}:")
        if count <= _MOST_PRINTED:
            say(f"    {which}: {words}")
    if count > _MOST_PRINTED:
        say(f"    and {count - _MOST_PRINTED} more")
    if not count:
        say(f"ok  {name}")
    return 1 if count else 0


async def _rows(engine: AsyncEngine, check: Check) -> AsyncIterator[tuple[str, str]]:
    async with engine.connect() as connection, connection.begin():
        async for which, words in await connection.stream(check.query):
            yield str(which), str(words)


async def _wallets(engine: AsyncEngine) -> AsyncIterator[tuple[str, str]]:
    sources = system_sources()
    units = SqlUnits(engine, partial(SqlBillingWork, source=sources.events))
    async for found in WalletLedgerService(units, sources.clock).check_all():
        yield f"{found.customer_id} {found.unit}", found.what
