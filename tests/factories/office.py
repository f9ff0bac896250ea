"""An office that writes invoices by hand: a seller with an address, a host, a customer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import Person
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.core.db.work import SqlUnits

SELLER: dict[str, Any] = {"name": "Calls Ltd", "address": ["1 Main Street", "London"]}
WORK: dict[str, Any] = {"description": "Lesson", "unit_price": "10.00"}


@dataclass(frozen=True, slots=True)
class Office:
    """An application with those who sell and buy."""

    app: Application
    admin: Person
    host: Person
    customer: Person

    @property
    def units(self) -> SqlUnits[SqlBillingWork]:
        """Transactions of billing."""
        source = self.app.container.sources.events
        return SqlUnits(self.app.container.engine, partial(SqlBillingWork, source=source))

    @property
    def book(self) -> InvoiceBook:
        """Invoices inside of a transaction."""
        return InvoiceBook(self.app.container.sources.ids, self.app.clock)

    async def call(
        self, method: str, path: str, person: Person | None = None, **body: Any
    ) -> httpx.Response:
        """A request of somebody (the host) below /billing."""
        token = (person or self.host).token
        return await self.app.call(method, f"/billing{path}", token, json=body or None)

    async def done(
        self, method: str, path: str, person: Person | None = None, **body: Any
    ) -> dict[str, Any]:
        """The same, which goes well."""
        answer = await self.call(method, path, person, **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json()) if answer.content else {}

    async def refused(
        self, method: str, path: str, person: Person | None = None, **body: Any
    ) -> tuple[int, str]:
        """The same, which does not: the status and the code."""
        answer = await self.call(method, path, person, **body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["code"]

    async def draft(self, person: Person | None = None, **body: Any) -> dict[str, Any]:
        """A draft of ten dollars."""
        given = {"customer_id": self.customer.id, "lines": [WORK], **body}
        return await self.done("POST", "/invoices", person, **given)

    async def opened(self, person: Person | None = None, **body: Any) -> dict[str, Any]:
        """An open invoice of ten dollars."""
        made = await self.draft(person, **body)
        return await self.done("POST", f"/invoices/{made['id']}/open", person)

    async def tax(self, rate: str = "19", **body: Any) -> dict[str, Any]:
        """A new tax."""
        given = {"name": "VAT", "rate": rate, **body}
        return await self.done("POST", "/taxes", self.admin, **given)

    async def product(self, **body: Any) -> dict[str, Any]:
        """A product of the host."""
        given = {"name": "Headset", "price": "20.00", **body}
        answer = await self.app.call("POST", "/products", self.host.token, json=given)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def sweep(self, *names: str) -> None:
        """Let some jobs of the application run once."""
        jobs = [job for job in self.app.container.jobs if job.name in names]
        assert len(jobs) == len(names)
        for job in jobs:
            await job.run()


@asynccontextmanager
async def office_of(app: Application) -> AsyncIterator[Office]:
    """An office in this application."""
    admin = await people.admin(app)
    found = Office(app, admin, await people.host(app), await people.person(app, name="Ana"))
    await found.done("PUT", "/seller", admin, **SELLER)
    yield found
