"""A shop with people in it: a seller with an address, products, buyers, and the test provider."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tests.factories import application, people
from tests.factories.application import Application
from tests.factories.people import Person
from tests.factories.testpay import Testpay, serving_testpay
from videocall.billing.model.seller import Seller
from videocall.billing.repository.seller import SqlSellerRepository
from videocall.core.db.work import SqlUnits
from videocall.core.jobs import Job
from videocall.products.repository.work import SqlProductsWork
from videocall.products.service.reservations import StockService
from videocall.testpay.webhooks import SIGNATURE_HEADER, signature

SELLER = Seller(name="Calls Ltd", address=("1 Main Street", "London"), bank_details="Bank 1")

FLAGS = {"auth.access_token_seconds": "86400"}


@dataclass
class Shop:
    """An application that sells, with an administrator, a host and a customer."""

    app: Application
    testpay: Testpay
    admin: Person
    host: Person
    customer: Person

    async def product(self, **values: object) -> dict[str, Any]:
        """A new product of the host."""
        body = {"name": "Headset", "price": "10.00", "kind": "goods", "stock": 10, **values}
        answer = await self.app.call("POST", "/products", self.host.token, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def checkout(
        self, product: dict[str, Any], quantity: int = 1, buyer: Person | None = None
    ) -> dict[str, Any]:
        """A purchase that waits for money."""
        items = [{"product_id": product["id"], "quantity": quantity}]
        token = (buyer or self.customer).token
        answer = await self.app.call("POST", "/billing/checkouts", token, json={"items": items})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def pay(
        self,
        invoice_id: str,
        *,
        buyer: Person | None = None,
        key: str | None = None,
        **body: object,
    ) -> Any:
        """Try to pay an invoice; the answer as it is."""
        given = {"payment_method": "test", "source": "card_ok", **body}
        given = {name: value for name, value in given.items() if value is not None}
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/billing/invoices/{invoice_id}/pay"
        token = (buyer or self.customer).token
        return await self.app.call("POST", path, token, json=given, headers=headers)

    async def see(self, path: str, person: Person | None = None) -> Any:
        """What somebody (the administrator) sees there."""
        answer = await self.app.call("GET", path, (person or self.admin).token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def invoice(self, invoice_id: str) -> Any:
        return await self.see(f"/billing/invoices/{invoice_id}")

    async def state(self, checkout: dict[str, Any]) -> tuple[str, str]:
        """The states of a checkout and of its invoice."""
        seen = await self.see(f"/billing/checkouts/{checkout['id']}")
        return seen["state"], seen["invoice"]["status"]

    async def payments(self, invoice_id: str) -> list[Any]:
        """The payments of an invoice, newest first."""
        found = await self.see(f"/billing/payments?invoice_id={invoice_id}")
        return list(found["items"])

    async def stock(self, product: dict[str, Any]) -> Any:
        return await self.see(f"/products/{product['id']}/stock")

    async def sweep(self, seconds: float = 0) -> None:
        """Let time pass, then let every sweeper of billing and stock run once."""
        self.app.clock.advance(seconds)
        for job in self.jobs:
            await job.run()

    @property
    def stock_door(self) -> StockService:
        """The stock as billing sees it."""
        sources = self.app.container.sources
        make = partial(SqlProductsWork, source=sources.events)
        return StockService(SqlUnits(self.app.container.engine, make), sources.ids, sources.clock)

    @property
    def jobs(self) -> list[Job]:
        names = {
            "settle payments",
            "carry out refunds",
            "finish checkouts",
            "settle stock of invoices",
            "free expired reservations of stock",
        }
        return [job for job in self.app.container.jobs if job.name in names]

    async def told(self, payment_id: str, event_id: str = "", secret: str = "") -> int:
        """Deliver a webhook of the test provider about a payment; the status of the answer."""
        event = {"id": event_id or uuid.uuid4().hex, "type": "charge", "payment_id": payment_id}
        body = msgspec.json.encode(event)
        now = self.app.clock.now().timestamp()
        signed = signature(secret or self.testpay.secret, body, now)
        answer = await self.app.client.post(
            "/api/v1/billing/webhooks/test", content=body, headers={SIGNATURE_HEADER: signed}
        )
        return answer.status_code


@asynccontextmanager
async def open_shop(
    database_url: str, folder: Path, flags: dict[str, str] | None = None, **testpay: Any
) -> AsyncIterator[Shop]:
    """A shop on this database with a test provider of its own."""
    async with (
        serving_testpay(folder, **testpay) as provider,
        application.running(database_url, {**FLAGS, **provider.flags, **(flags or {})}) as app,
    ):
        admin = await people.admin(app)
        async with app.container.engine.begin() as connection:
            await SqlSellerRepository(connection).put(SELLER, None, app.clock.now())
        host, customer = await people.host(app), await people.person(app)
        yield Shop(app, provider, admin, host, customer)
