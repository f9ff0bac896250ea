"""`videocall testpay`: the test provider of payments as a process of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from videocall.bootstrap.keys import resolve_keys
from videocall.core.config import ConfigError
from videocall.core.http.paths import API_PREFIX
from videocall.core.logs import configure_logs
from videocall.core.supervisor import die_with_parent
from videocall.settings import Loaded, Settings
from videocall.testpay import server
from videocall.testpay.config import TestpayConfig

LEDGER_FILE = "testpay.sqlite3"


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Serve until a signal; the exit code."""
    if arguments.supervised_by is not None:
        die_with_parent(arguments.supervised_by)
    settings = loaded.settings
    if not settings.has_test_payments:
        place = loaded.places.get("payments.test.enabled", f"env {settings.env}")
        fix = "It is for trying out: outside of production, with payments.test.enabled auto."
        raise ConfigError(place, "the test provider is switched off", fix)
    configure_logs(settings.log.level, as_json=settings.logs_as_json, process="testpay")
    config = testpay_config(settings, resolve_keys(settings).test_payments_secret)
    try:
        listener = server.listen(config.host, config.port)
    except OSError as error:
        raise ConfigError(
            f"{config.host}:{config.port}",
            f"the test provider can't listen there ({error.strerror or error})",
            "Stop what uses the port, or choose another: --set payments.test.port=...",
        ) from error
    server.run(config, listener)
    return 0


def testpay_config(settings: Settings, secret: str) -> TestpayConfig:
    """What the settings say to the test provider."""
    test = settings.payments.test
    host = settings.server.host
    host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    application = f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"
    return TestpayConfig(
        host=settings.test_payments_host,
        port=test.port,
        secret=secret,
        ledger=Path(settings.data_dir) / LEDGER_FILE,
        webhook_url=f"{application}{API_PREFIX}/billing/webhooks/test",
        public_url=test.public_url.rstrip("/"),
        delay_seconds=test.delay_seconds,
        late_seconds=test.late_seconds,
    )
