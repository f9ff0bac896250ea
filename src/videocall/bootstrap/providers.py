"""Wires the payment providers that the settings switch on."""

from __future__ import annotations

from videocall.billing.adapters.manual_provider import ManualProvider
from videocall.billing.adapters.test_provider import TestProvider
from videocall.billing.interfaces.providers import PaymentProvider, Providers
from videocall.billing.model.charges import PaymentMethod
from videocall.bootstrap.keys import Keys
from videocall.core.clock import Clock
from videocall.settings import PaymentSettings, Settings


def wire_providers(settings: Settings, keys: Keys, clock: Clock) -> Providers:
    """The providers by method; nothing is connected yet."""
    payments = settings.payments
    providers: dict[PaymentMethod, PaymentProvider] = {}
    if payments.manual.enabled:
        providers[PaymentMethod.MANUAL] = ManualProvider()
    if settings.has_test_payments:
        url = testpay_url(settings)
        secret, timeout = keys.test_payments_secret, payments.timeout_seconds
        providers[PaymentMethod.TEST] = TestProvider(url, secret, timeout, clock)
    if payments.stripe.secret_key:
        providers[PaymentMethod.STRIPE] = _stripe(payments, clock)
    return providers


def _stripe(payments: PaymentSettings, clock: Clock) -> PaymentProvider:
    # Its SDK costs a third of a second at the start: only who uses it pays for it.
    from videocall.billing.adapters.stripe_provider import StripeProvider  # noqa: PLC0415

    stripe = payments.stripe
    return StripeProvider(
        stripe.secret_key,
        stripe.publishable_key,
        stripe.webhook_secret,
        stripe.api_base,
        payments.timeout_seconds,
        clock,
    )


def testpay_url(settings: Settings) -> str:
    """Where the application reaches the test provider."""
    host = settings.test_payments_host
    host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.payments.test.port}"
