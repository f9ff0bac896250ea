"""A shop as real processes: the application that is killed, and the test provider that is not."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import select

from tests.factories.processes import Installation, Running
from videocall.billing.model.seller import Seller
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.tables.payments import payments
from videocall.bootstrap.parts import system_sources
from videocall.core.db.engine import create_engine
from videocall.core.db.work import SqlUnits

PASSWORD = "correct horse battery"
START_SECONDS = 60.0
SETTINGS = {
    "VIDEOCALL_AUTH__ACCESS_TOKEN_SECONDS": "86400",
    "VIDEOCALL_SERVER__REQUEST_TIMEOUT_SECONDS": "3",  # and with it the lease of a key
    "VIDEOCALL_SHOP__CHECKOUT_SECONDS": "20",
    "VIDEOCALL_PAYMENTS__TEST__DELAY_SECONDS": "0.08",  # charged, and not yet answered
    "VIDEOCALL_LOG__LEVEL": "warning",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class KilledShop:
    """The processes and how they are reached."""

    installation: Installation
    port: int = field(default_factory=_free_port)
    testpay_port: int = field(default_factory=_free_port)
    app: Running | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What all processes of the shop are told."""
        ports = {
            "VIDEOCALL_SERVER__PORT": str(self.port),
            "VIDEOCALL_PAYMENTS__TEST__PORT": str(self.testpay_port),
        }
        return SETTINGS | ports

    def start(self) -> None:
        """Start the application; it may not listen yet."""
        self.app = self.installation.start("app", **self.settings)

    def kill(self) -> None:
        """End it as a loss of power would."""
        assert self.app is not None
        assert self.app.process.poll() is None, f"ended by itself:\n{self.app.output}"
        self.app.process.kill()
        self.app.process.wait(10)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=2.0).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.app is not None
            assert self.app.process.poll() is None, f"it did not start:\n{self.app.output}"
            assert time.monotonic() < deadline, f"it does not answer:\n{self.app.output}"
            time.sleep(0.05)

    def doctor(self) -> tuple[bool, str]:
        """Whether all books agree, and what was said."""
        done = self.installation.run("doctor", "--ledger", **self.settings)
        return done.returncode == 0, done.stdout + done.stderr

    def charges(self) -> int:
        """How many charges the provider has made so far."""
        return len(self._ledger("SELECT 1 FROM charges"))

    def charged_not_committed(self) -> int:
        """Payments that the provider has charged and the application, killed, has not written."""
        charged = {
            row[0] for row in self._ledger("SELECT payment_id FROM charges WHERE charged > 0")
        }
        return len(charged & asyncio.run(unfinished_payments(self.installation.database_url)))

    def _ledger(self, query: str) -> list[tuple[str]]:
        ledger = self.installation.folder / "data" / "testpay.sqlite3"
        connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=1.0)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def call(
        self, method: str, path: str, body: object = None, token: str | None = None
    ) -> httpx.Response:
        """One request that must succeed."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/api/v1{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=30.0)
        assert answer.is_success, answer.text
        return answer

    def sign_in(self, email: str) -> str:
        """An access token."""
        body = {"email": email, "password": PASSWORD}
        return str(self.call("POST", "/users/login", body).json()["access_token"])

    def admin(self) -> str:
        """Make the administrator; the token."""
        email = "admin@example.com"
        done = self.installation.run(
            "admin",
            "create",
            f"--email={email}",
            "--name=Admin",
            "--password-stdin",
            stdin=PASSWORD + "\n",
            **self.settings,
        )
        assert done.returncode == 0, done.stderr
        return self.sign_in(email)

    def customer(self, number: int) -> str:
        """Make a customer; the token."""
        email = f"customer{number}@example.com"
        body = {"email": email, "password": PASSWORD, "name": f"Customer {number}"}
        self.call("POST", "/users/register", body)
        return self.sign_in(email)


async def unfinished_payments(database_url: str) -> set[str]:
    """Ids of payments whose end is not in the database."""
    engine = create_engine(database_url)
    async with engine.connect() as connection:
        query = select(payments.c.id).where(payments.c.state.in_(["pending", "requires_action"]))
        found = set((await connection.scalars(query)).all())
    await engine.dispose()
    return found


async def name_the_seller(database_url: str) -> None:
    """No invoice opens without a seller who has an address."""
    engine, sources = create_engine(database_url), system_sources()
    units = SqlUnits(engine, partial(SqlBillingWork, source=sources.events))
    async with units.write() as work:
        seller = Seller(name="Calls Ltd", address=("1 Main Street", "London"))
        await work.seller.put(seller, None, sources.clock.now())
    await engine.dispose()


@contextmanager
def killed_shop(database_url: str, folder: Path) -> Iterator[KilledShop]:
    """Both processes on a migrated database; what is left of them ends with the block."""
    shop = KilledShop(Installation(folder, database_url))
    asyncio.run(name_the_seller(database_url))
    testpay = shop.installation.start("testpay", **shop.settings)
    shop.start()
    try:
        shop.wait_until_ready()
        yield shop
    finally:
        if shop.app is not None and shop.app.process.poll() is None:
            shop.app.stop()
        testpay.stop()
