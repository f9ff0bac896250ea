"""Wires payments, refunds, checkouts and sales, and the sweepers that finish what a crash left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from videocall.billing.controller import checkouts as checkouts_http
from videocall.billing.controller import payments as payments_http
from videocall.billing.controller import refunds as refunds_http
from videocall.billing.controller import sales as sales_http
from videocall.billing.interfaces.documents import DocumentMail
from videocall.billing.interfaces.providers import Providers
from videocall.billing.interfaces.settlement import SettlementUnits
from videocall.billing.model.charges import PaymentMethod
from videocall.billing.service.charging import Charging
from videocall.billing.service.checkout_pricing import CheckoutPricing
from videocall.billing.service.checkout_saga import CheckoutSaga
from videocall.billing.service.checkouts import CheckoutService
from videocall.billing.service.crediting import CreditBook, CreditFollowUp
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.payment_methods import PaymentMethodService
from videocall.billing.service.payment_start import PaymentStart, TopUpLimits
from videocall.billing.service.payments import PaymentService
from videocall.billing.service.refunding import RefundBook, Refunding
from videocall.billing.service.refunds import RefundService
from videocall.billing.service.sales import SalesService
from videocall.billing.service.selling import Selling
from videocall.billing.service.settlement import Settlement
from videocall.billing.service.stock_keeping import InvoiceStock
from videocall.billing.service.wallet_book import WalletBook
from videocall.bootstrap.parts import Part, Sources
from videocall.core.jobs import Job
from videocall.products.interfaces import Catalogue, Stock
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory

SWEEP_SECONDS = 2.0
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class SettlementServices:
    """What the rest of billing stands on."""

    invoice_stock: InvoiceStock
    credit_book: CreditBook
    credit_follow_up: CreditFollowUp
    selling: Selling
    part: Part


def wire_settlement(
    settings: Settings,
    sources: Sources,
    units: SettlementUnits,
    people: UserDirectory,
    catalogue: Catalogue,
    stock: Stock,
    providers: Providers,
    mail: DocumentMail,
) -> SettlementServices:
    """The services of payments, refunds, checkouts and sales."""
    clock, ids = sources.clock, sources.ids
    invoice_book, wallet_book = InvoiceBook(ids, clock), WalletBook(ids, clock)
    selling = Selling(wallet_book, clock)
    refund_book = RefundBook(invoice_book, wallet_book, ids, clock)
    settlement = Settlement(invoice_book, wallet_book, refund_book, selling, mail, clock)
    invoice_stock = InvoiceStock(units, stock, selling, clock)
    credit_book = CreditBook(invoice_book, refund_book, selling, invoice_stock)
    charging = Charging(units, providers, settlement, clock)
    refunding = Refunding(units, providers, refund_book, clock)
    pricing = CheckoutPricing(units, catalogue, people, invoice_book)
    saga = CheckoutSaga(
        units, stock, pricing, invoice_book, credit_book, charging, refunding, ids, clock
    )
    methods = PaymentMethodService(units, frozenset(providers), _publishable_keys(settings), clock)
    start = PaymentStart(units, settlement, TopUpLimits(settings.shop.currency), clock)
    payments = PaymentService(
        units, providers, start, methods, charging, refunding, saga, people, clock
    )
    lasts = timedelta(seconds=settings.shop.checkout_seconds)
    checkouts = CheckoutService(units, pricing, saga, lasts, ids, clock)
    sweepers = {
        "settle payments": charging.sweep,
        "carry out refunds": refunding.sweep,
        "finish checkouts": saga.sweep,
        "settle stock of invoices": invoice_stock.sweep,
    }
    part = Part(
        controllers=(
            *payments_http.CONTROLLERS,
            *checkouts_http.CONTROLLERS,
            *refunds_http.CONTROLLERS,
            *sales_http.CONTROLLERS,
        ),
        services={
            "payments": payments,
            "payment_methods": methods,
            "checkouts": checkouts,
            "refunds": RefundService(refunding),
            "sales": SalesService(units, people, settings.shop.currency),
        },
        jobs=(
            *(Job(name, SWEEP_SECONDS, _emptied(sweep)) for name, sweep in sweepers.items()),
            Job("forget webhooks of payment providers", 3600.0, payments.forget_events),
        ),
        close=partial(_close, providers),
    )
    follow_up = CreditFollowUp(refunding, invoice_stock)
    return SettlementServices(invoice_stock, credit_book, follow_up, selling, part)


async def _close(providers: Providers) -> None:
    for provider in providers.values():
        await provider.aclose()


def _emptied(sweep: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
    """Goes on while there is work: after a crash there may be more than one batch."""

    async def run() -> int:
        total = 0
        for _ in range(_MOST_ROUNDS):
            done = await sweep()
            if not done:
                break
            total += done
        return total

    return run


def _publishable_keys(settings: Settings) -> dict[PaymentMethod, str]:
    key = settings.payments.stripe.publishable_key
    return {PaymentMethod.STRIPE: key} if key else {}
