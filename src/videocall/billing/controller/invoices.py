"""HTTP of invoices."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from videocall.billing.interfaces.invoices import InvoiceFilter, Invoices, Scope, sorts_for
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.schema.invoices import (
    InvoiceBody,
    InvoiceChangeBody,
    InvoicePage,
    InvoiceSummary,
    NewInvoiceBody,
    ReasonBody,
)
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.idempotency import Command
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest

InvoicesDoor = NamedDependency[SkipValidation[Invoices]]


class InvoiceController(Controller):
    """Invoices."""

    path = "/billing/invoices"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listInvoices", responses=problems(401, 403, 422))
    async def list_invoices(
        self,
        actor: SignedIn,
        invoices: InvoicesDoor,
        status: FromQuery[InvoiceStatus | None] = None,
        overdue: FromQuery[bool | None] = None,
        customer_id: FromQuery[str | None] = None,
        q: FromQuery[str | None] = None,
        issued_from: Annotated[date | None, QueryParameter(name="from")] = None,
        issued_to: Annotated[date | None, QueryParameter(name="to")] = None,
        whose: Annotated[Scope | None, QueryParameter(name="scope")] = None,
        sort: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> InvoicePage:
        """Customers see their own, hosts what they sell (`scope=managed`), administrators all.

        `q` is the beginning of a number, and what it finds is in the order of numbers; `from` and
        `to` are days of issue, both included.
        """
        wanted = InvoiceFilter(
            scope=whose,
            status=status,
            overdue=overdue,
            customer_id=UserId(customer_id) if customer_id else None,
            number=q or None,
            issued_from=issued_from,
            issued_to=issued_to,
        )
        request = ListRequest.parse(
            sorts_for(wanted), sort=sort if not q else None, limit=limit, cursor=cursor, page=page
        )
        found = await invoices.list_invoices(actor, wanted, request)
        items = [InvoiceSummary.of(view) for view in found.items]
        return InvoicePage(items, found.next_cursor, found.page, found.has_more)

    @post(operation_id="createInvoice", responses=problems(401, 403, 422))
    async def create(
        self,
        data: JSONBody[NewInvoiceBody],
        actor: SignedIn,
        command: Command,
        invoices: InvoicesDoor,
    ) -> InvoiceBody:
        """Write a draft; for hosts (with their own products) and administrators."""
        return InvoiceBody.full(await invoices.create(actor, data.order(), command))

    @post(
        "/preview",
        status_code=200,
        operation_id="previewInvoice",
        responses=problems(401, 403, 422),
    )
    async def preview(
        self, data: JSONBody[NewInvoiceBody], actor: SignedIn, invoices: InvoicesDoor
    ) -> InvoiceBody:
        """What the draft would cost; nothing is written, and no customer is needed."""
        return InvoiceBody.full(await invoices.preview(actor, data.order()))

    @get("/{invoice_id:str}", operation_id="getInvoice", responses=problems(401, 404))
    async def read(
        self, invoice_id: FromPath[str], actor: SignedIn, invoices: InvoicesDoor
    ) -> InvoiceBody:
        """An invoice; drafts only for those who sell on them."""
        return InvoiceBody.full(await invoices.get(actor, InvoiceId(invoice_id)))

    @patch(
        "/{invoice_id:str}",
        operation_id="updateInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def update(
        self,
        invoice_id: FromPath[str],
        data: JSONBody[InvoiceChangeBody],
        actor: SignedIn,
        invoices: InvoicesDoor,
    ) -> InvoiceBody:
        """Change a draft."""
        return InvoiceBody.full(await invoices.change(actor, InvoiceId(invoice_id), data.change()))

    @delete(
        "/{invoice_id:str}", operation_id="deleteInvoice", responses=problems(401, 403, 404, 409)
    )
    async def remove(
        self, invoice_id: FromPath[str], actor: SignedIn, invoices: InvoicesDoor
    ) -> None:
        """Throw a draft away."""
        await invoices.delete(actor, InvoiceId(invoice_id))

    @post(
        "/{invoice_id:str}/open",
        status_code=200,
        operation_id="openInvoice",
        responses=problems(401, 403, 404, 409, 503),
    )
    async def open(
        self, invoice_id: FromPath[str], actor: SignedIn, invoices: InvoicesDoor
    ) -> InvoiceBody:
        """Give it its number: from then on it does not change. Goods on it are taken."""
        return InvoiceBody.full(await invoices.open(actor, InvoiceId(invoice_id)))

    @post(
        "/{invoice_id:str}/void",
        status_code=200,
        operation_id="voidInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def void(
        self,
        invoice_id: FromPath[str],
        data: JSONBody[ReasonBody],
        actor: SignedIn,
        invoices: InvoicesDoor,
    ) -> InvoiceBody:
        """Nobody owes it; its number stays. Goods on it return."""
        return InvoiceBody.full(await invoices.void(actor, InvoiceId(invoice_id), data.reason))

    @post(
        "/{invoice_id:str}/uncollectible",
        status_code=200,
        operation_id="writeOffInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def write_off(
        self,
        invoice_id: FromPath[str],
        data: JSONBody[ReasonBody],
        actor: SignedIn,
        invoices: InvoicesDoor,
    ) -> InvoiceBody:
        """Nobody expects it to be paid; a payment is still taken."""
        found = await invoices.write_off(actor, InvoiceId(invoice_id), data.reason)
        return InvoiceBody.full(found)

    @post(
        "/{invoice_id:str}/send",
        status_code=202,
        operation_id="sendInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def send(
        self,
        invoice_id: FromPath[str],
        actor: SignedIn,
        command: Command,
        invoices: InvoicesDoor,
    ) -> None:
        """Send it to its customer by e-mail, soon."""
        await invoices.send(actor, InvoiceId(invoice_id), command)

    @post(
        "/{invoice_id:str}/remind",
        status_code=202,
        operation_id="remindInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def remind(
        self,
        invoice_id: FromPath[str],
        actor: SignedIn,
        command: Command,
        invoices: InvoicesDoor,
    ) -> None:
        """Send a reminder of an open invoice, soon, whatever its day."""
        await invoices.remind(actor, InvoiceId(invoice_id), command)


CONTROLLERS = (InvoiceController,)
