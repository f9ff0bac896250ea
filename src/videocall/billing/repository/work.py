"""The repositories of one transaction of the billing domain; each topic adds its own."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.repository.documents import SqlLetterRepository
from videocall.billing.repository.idempotency import SqlClaimRepository
from videocall.billing.repository.wallet import SqlWalletRepository
from videocall.billing.repository.wallet_entries import SqlEntryRepository
from videocall.core.events.store import EventLog, EventSource


class SqlBillingWork:
    """Everything of billing, and events, on one connection."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.claims = SqlClaimRepository(connection)
        self.wallets = SqlWalletRepository(connection)
        self.wallet_entries = SqlEntryRepository(connection)
        self.messages = SqlLetterRepository(connection)
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()
