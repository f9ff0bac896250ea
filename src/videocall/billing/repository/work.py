"""The repositories of one transaction of the billing domain; each topic adds its own."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.repository.checkouts import SqlCheckoutRepository
from videocall.billing.repository.credit_notes import SqlCreditNoteRepository
from videocall.billing.repository.documents import SqlLetterRepository
from videocall.billing.repository.idempotency import SqlClaimRepository
from videocall.billing.repository.invoices import SqlInvoiceRepository
from videocall.billing.repository.payments import SqlPaymentRepository
from videocall.billing.repository.refunds import SqlRefundRepository
from videocall.billing.repository.sales import SqlSalesRepository
from videocall.billing.repository.seller import SqlSellerRepository, SqlTaxRepository
from videocall.billing.repository.series import SqlSeriesRepository
from videocall.billing.repository.stock_tasks import SqlStockTaskRepository
from videocall.billing.repository.wallet import SqlWalletRepository
from videocall.billing.repository.wallet_entries import SqlEntryRepository
from videocall.core.events.store import EventLog, EventSource


class SqlBillingWork:
    """Everything of billing, and events, on one connection."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.invoices = SqlInvoiceRepository(connection)
        self.credit_notes = SqlCreditNoteRepository(connection)
        self.series = SqlSeriesRepository(connection)
        self.taxes = SqlTaxRepository(connection)
        self.seller = SqlSellerRepository(connection)
        self.claims = SqlClaimRepository(connection)
        self.wallets = SqlWalletRepository(connection)
        self.wallet_entries = SqlEntryRepository(connection)
        self.payments = SqlPaymentRepository(connection)
        self.refunds = SqlRefundRepository(connection)
        self.checkouts = SqlCheckoutRepository(connection)
        self.stock_tasks = SqlStockTaskRepository(connection)
        self.sales = SqlSalesRepository(connection)
        self.messages = SqlLetterRepository(connection)
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()
