"""HTTP of credit notes."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from videocall.billing.interfaces.credit_notes import (
    CREDIT_NOTE_SORTS,
    CreditNoteFilter,
    CreditNotes,
)
from videocall.billing.model.credit_note import CreditNoteId
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.schema.credit_notes import (
    CreditNoteBody,
    CreditNotePage,
    CreditNoteSummary,
    CreditOrderBody,
)
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.idempotency import Command
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest

CreditNotesDoor = NamedDependency[SkipValidation[CreditNotes]]


class CreditingController(Controller):
    """Crediting an invoice."""

    path = "/billing/invoices"
    tags = ("billing",)
    security = SECURED

    @post(
        "/{invoice_id:str}/credit-notes",
        operation_id="creditInvoice",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def credit(
        self,
        invoice_id: FromPath[str],
        data: JSONBody[CreditOrderBody],
        actor: SignedIn,
        command: Command,
        credit_notes: CreditNotesDoor,
    ) -> CreditNoteBody:
        """Take back lines, an amount, or all that is left; for those who manage the invoice."""
        view = await credit_notes.issue(actor, InvoiceId(invoice_id), data.order(), command)
        return CreditNoteBody.full(view)


class CreditNoteController(Controller):
    """Credit notes."""

    path = "/billing/credit-notes"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listCreditNotes", responses=problems(401, 422))
    async def list_credit_notes(
        self,
        actor: SignedIn,
        credit_notes: CreditNotesDoor,
        invoice_id: FromQuery[str | None] = None,
        customer_id: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> CreditNotePage:
        """Customers see their own, hosts those of what they sell, administrators all."""
        wanted = CreditNoteFilter(
            invoice_id=InvoiceId(invoice_id) if invoice_id else None,
            customer_id=UserId(customer_id) if customer_id else None,
        )
        request = ListRequest.parse(CREDIT_NOTE_SORTS, limit=limit, cursor=cursor, page=page)
        found = await credit_notes.list_credit_notes(actor, wanted, request)
        items = [CreditNoteSummary.of(view) for view in found.items]
        return CreditNotePage(items, found.next_cursor, found.page, found.has_more)

    @get("/{credit_note_id:str}", operation_id="getCreditNote", responses=problems(401, 404))
    async def read(
        self, credit_note_id: FromPath[str], actor: SignedIn, credit_notes: CreditNotesDoor
    ) -> CreditNoteBody:
        """A credit note, with the money that goes back for it."""
        return CreditNoteBody.full(await credit_notes.get(actor, CreditNoteId(credit_note_id)))


CONTROLLERS = (CreditingController, CreditNoteController)
