"""HTTP of PDFs: invoices, credit notes, receipts of top-ups."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, SkipValidation

from videocall.billing.interfaces.documents import Documents, PdfFile
from videocall.billing.model.documents import DocumentLanguage
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.etags import matches
from videocall.core.http.problems import AnyRequest, problems

DocumentsDoor = NamedDependency[SkipValidation[Documents]]
Language = FromQuery[DocumentLanguage | None]

_PDF = "application/pdf"
_RESPONSES = {
    304: ResponseSpec(None, description="Not modified", generate_examples=False),
    **problems(401, 404, 422, 503),
}


class DocumentController(Controller):
    """Documents to keep and to print. ``language``: en or id; without it, the document's own."""

    path = "/billing"
    tags = ("billing",)
    security = SECURED

    @get(
        "/invoices/{invoice_id:str}/pdf",
        operation_id="getInvoicePdf",
        media_type=_PDF,
        responses=_RESPONSES,
    )
    async def invoice(
        self,
        request: AnyRequest,
        invoice_id: FromPath[str],
        actor: SignedIn,
        documents: DocumentsDoor,
        language: Language = None,
    ) -> Response[bytes]:
        """An invoice as a PDF; drafts and void ones are marked as such."""
        return _answer(request, await documents.invoice(actor, invoice_id, language))

    @get(
        "/credit-notes/{credit_note_id:str}/pdf",
        operation_id="getCreditNotePdf",
        media_type=_PDF,
        responses=_RESPONSES,
    )
    async def credit_note(
        self,
        request: AnyRequest,
        credit_note_id: FromPath[str],
        actor: SignedIn,
        documents: DocumentsDoor,
        language: Language = None,
    ) -> Response[bytes]:
        """A credit note as a PDF."""
        return _answer(request, await documents.credit_note(actor, credit_note_id, language))

    @get(
        "/wallet/top-ups/{top_up_id:str}/receipt",
        operation_id="getTopUpReceipt",
        media_type=_PDF,
        responses=_RESPONSES,
    )
    async def receipt(
        self,
        request: AnyRequest,
        top_up_id: FromPath[str],
        actor: SignedIn,
        documents: DocumentsDoor,
        language: Language = None,
    ) -> Response[bytes]:
        """The receipt of a top-up as a PDF, once it is paid."""
        return _answer(request, await documents.receipt(actor, top_up_id, language))


def _answer(request: AnyRequest, pdf: PdfFile) -> Response[bytes]:
    headers = {"ETag": pdf.etag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, pdf.etag):
        return Response(b"", status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{pdf.name}"'
    return Response(pdf.data, media_type=_PDF, headers=headers)


CONTROLLERS = (DocumentController,)
