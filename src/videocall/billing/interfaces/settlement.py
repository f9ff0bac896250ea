"""A billing transaction as payments, refunds and checkouts need it: everything that they touch."""

from __future__ import annotations

from typing import Protocol

from videocall.billing.interfaces.checkouts import CheckoutRepository
from videocall.billing.interfaces.credit_notes import CreditNoteRepository
from videocall.billing.interfaces.documents import LetterRows
from videocall.billing.interfaces.invoices import InvoiceRepository, SeriesRepository
from videocall.billing.interfaces.payments import PaymentRepository
from videocall.billing.interfaces.refunds import RefundRepository
from videocall.billing.interfaces.sales import SalesRepository
from videocall.billing.interfaces.seller import SellerRepository, TaxRepository
from videocall.billing.interfaces.stock_tasks import StockTaskRepository
from videocall.billing.interfaces.wallet import EntryRepository, WalletEvents, WalletRepository
from videocall.core.db.work import UnitsOfWork


class SettlementWork(Protocol):
    """One transaction. Rows are locked in this order.

    Invoice, checkout, payment, refund, wallet, series of numbers.
    """

    @property
    def messages(self) -> LetterRows: ...

    @property
    def invoices(self) -> InvoiceRepository: ...

    @property
    def credit_notes(self) -> CreditNoteRepository: ...

    @property
    def series(self) -> SeriesRepository: ...

    @property
    def seller(self) -> SellerRepository: ...

    @property
    def taxes(self) -> TaxRepository: ...

    @property
    def wallets(self) -> WalletRepository: ...

    @property
    def wallet_entries(self) -> EntryRepository: ...

    @property
    def payments(self) -> PaymentRepository: ...

    @property
    def refunds(self) -> RefundRepository: ...

    @property
    def checkouts(self) -> CheckoutRepository: ...

    @property
    def stock_tasks(self) -> StockTaskRepository: ...

    @property
    def sales(self) -> SalesRepository: ...

    @property
    def events(self) -> WalletEvents: ...


SettlementUnits = UnitsOfWork[SettlementWork]
