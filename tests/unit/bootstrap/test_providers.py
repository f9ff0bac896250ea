"""Which payment providers the settings switch on, and where the test provider is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.application import KEYS
from videocall.billing.model.charges import PaymentMethod
from videocall.bootstrap.providers import testpay_url as url_of
from videocall.bootstrap.providers import wire_providers
from videocall.bootstrap.testpay import testpay_config as config_of
from videocall.core.clock import SystemClock
from videocall.settings import Settings, load

MANUAL, TEST, STRIPE = PaymentMethod.MANUAL, PaymentMethod.TEST, PaymentMethod.STRIPE


def settings(folder: Path, **flags: str) -> Settings:
    given = {name.replace("__", "."): value for name, value in flags.items()}
    return load(given, {}, folder).settings


@pytest.mark.parametrize(
    ("flags", "methods"),
    [
        ({}, {MANUAL, TEST}),
        ({"env": "production"}, {MANUAL}),
        ({"payments__test__enabled": "never"}, {MANUAL}),
        ({"payments__manual__enabled": "false"}, {TEST}),
        ({"env": "production", "payments__stripe__secret_key": "sk"}, {MANUAL, STRIPE}),
    ],
)
async def test_the_settings_say_which_providers_there_are(
    tmp_path: Path, flags: dict[str, str], methods: set[PaymentMethod]
) -> None:
    providers = wire_providers(settings(tmp_path, **flags), KEYS, SystemClock())
    assert providers.keys() == methods
    for method, provider in providers.items():
        assert provider.method is method
        await provider.aclose()


@pytest.mark.parametrize(
    ("flags", "url"),
    [
        ({}, "http://127.0.0.1:7990"),
        ({"server__host": "0.0.0.0"}, "http://127.0.0.1:7990"),
        ({"server__host": "::1", "payments__test__port": "1"}, "http://[::1]:1"),
        ({"payments__test__host": "10.0.0.5"}, "http://10.0.0.5:7990"),
    ],
)
def test_where_the_application_reaches_the_test_provider(
    tmp_path: Path, flags: dict[str, str], url: str
) -> None:
    assert url_of(settings(tmp_path, **flags)) == url


def test_what_the_test_provider_is_told(tmp_path: Path) -> None:
    flags = {"server__host": "0.0.0.0", "payments__test__public_url": "https://pay.example.com/"}
    config = config_of(settings(tmp_path, **flags), "s")
    assert config.webhook_url == "http://127.0.0.1:8000/api/v1/billing/webhooks/test"
    assert config.public_url == "https://pay.example.com"
    assert config.local_host == "127.0.0.1"
    assert config_of(settings(tmp_path, server__host="::1"), "s").webhook_url.startswith(
        "http://[::1]:8000/"
    )
