"""`videocall testpay` as a process: what a kill leaves, of charges and of webhooks."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.factories.processes import Installation, Running
from tests.factories.providers import order, ref, usd
from tests.factories.testpay import Receiver, receiving
from videocall.billing.adapters.test_provider import TestProvider
from videocall.billing.errors import ProviderUnavailable
from videocall.billing.interfaces.providers import RefundOrder
from videocall.billing.model.charges import ChargeStatus, RefundId
from videocall.core.clock import SystemClock


class Process:
    """The process on a port of its own; webhooks go to ``application``."""

    def __init__(self, folder: Path, application: int) -> None:
        self.installation = Installation(folder, "")
        self.port = free_port()
        self.application = application
        self.running: Running | None = None

    def start(self, **environment: str) -> Running:
        self.running = self.installation.start(
            "testpay",
            f"--testpay-port={self.port}",
            f"--set=server.port={self.application}",
            "--set=payments.test.late_seconds=0.5",
            **environment,
        )
        self.running.until(self._answers, "test provider")
        return self.running

    def kill(self) -> None:
        assert self.running is not None
        self.running.process.kill()
        self.running.process.wait(10)

    def provider(self, timeout: float = 5.0) -> TestProvider:
        stored = json.loads((self.installation.folder / "data" / "secrets.json").read_text())
        secret = stored["test_payments_secret"]
        return TestProvider(f"http://127.0.0.1:{self.port}", secret, timeout, SystemClock())

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=2).is_success
        except httpx.TransportError:
            return False


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    made = Process(tmp_path, free_port())
    yield made
    if made.running is not None and made.running.process.poll() is None:
        assert made.running.stop() == 0


async def test_a_kill_loses_no_charge_and_no_webhook(process: Process) -> None:
    process.start()
    provider = process.provider()
    charges = {source: order(source=source) for source in ("card_ok", "card_late", "card_declined")}
    for made in charges.values():
        await provider.start(made)
    refund = RefundOrder(RefundId("r-1"), ref(charges["card_ok"]), usd("5.00"), "")
    await provider.refund(refund)
    process.kill()
    with pytest.raises(ProviderUnavailable):
        await provider.look_up(ref(charges["card_ok"]))
    async with receiving(process.application) as application:
        process.start()
        for source, status in (
            ("card_ok", ChargeStatus.SUCCEEDED),
            ("card_declined", ChargeStatus.FAILED),
        ):
            assert (await provider.start(charges[source])).status is status
        found = await provider.look_up(ref(charges["card_ok"]))
        assert found is not None
        assert found.refunded == usd("5.00")
        await application.until(lambda: len(told(application)) == 5, "webhooks")
    assert told(application) == {
        (charges["card_ok"].payment_id, "charge.succeeded"),
        (charges["card_ok"].payment_id, "refund.succeeded"),
        (charges["card_declined"].payment_id, "charge.failed"),
        (charges["card_late"].payment_id, "charge.pending"),
        (charges["card_late"].payment_id, "charge.succeeded"),
    }
    assert len(await provider.ledger()) == 3
    await provider.aclose()


async def test_an_application_that_was_away_hears_of_everything(process: Process) -> None:
    process.start()
    provider = process.provider()
    made = order(source="card_ok")
    await provider.start(made)
    async with receiving(process.application) as application:
        application.answers.append(503)  # it starts, and is not ready yet
        await application.until(lambda: len(application.received) == 2, "webhook")
        body, headers = application.received[-1]
        event = provider.read_webhook(body, headers)
        assert event is not None
        assert event.payment_id == made.payment_id
    await provider.aclose()


async def test_an_answer_that_is_held_back_comes_after_the_charge(process: Process) -> None:
    process.start(VIDEOCALL_PAYMENTS__TEST__DELAY_SECONDS="30")
    impatient, provider = process.provider(timeout=2.0), process.provider(timeout=20.0)
    made = order(source="card_ok")
    with pytest.raises(ProviderUnavailable):
        await impatient.start(made)
    found = await provider.look_up(ref(made))
    assert found is not None
    assert found.charged == usd("20.00")
    process.kill()
    process.start()
    assert await provider.start(made) == found
    await impatient.aclose()
    await provider.aclose()


def test_the_ledger_and_the_secret_are_for_their_owner_alone(process: Process) -> None:
    process.start()
    ledger = process.installation.folder / "data" / "testpay.sqlite3"
    assert ledger.stat().st_mode & 0o077 == 0


def test_there_is_no_test_provider_in_production(process: Process) -> None:
    result = process.installation.run("testpay", "--env=production")
    assert result.returncode == 2
    assert "switched off" in result.stderr
    off = process.installation.run("testpay", "--set=payments.test.enabled=never")
    assert off.returncode == 2
    assert not (process.installation.folder / "data").exists()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def told(application: Receiver) -> set[tuple[str, str]]:
    found = set()
    for body, _ in application.received:
        payment = re.search(rb'"payment_id": "([^"]+)"', body)
        kind = re.search(rb'"type": "([^"]+)"', body)
        assert payment
        assert kind
        found.add((payment[1].decode(), kind[1].decode()))
    return found
