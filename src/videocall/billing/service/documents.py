"""PDFs of what a person may see."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from videocall.billing.interfaces.documents import DocumentViews, PdfFile, PdfRenderer
from videocall.billing.model.documents import DocumentKind, DocumentLanguage, DocumentView
from videocall.core.access import Actor

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_NAMES = {
    DocumentKind.INVOICE: "invoice",
    DocumentKind.CREDIT_NOTE: "credit-note",
    DocumentKind.RECEIPT: "receipt",
}


class DocumentService:
    """Builds views and has them rendered."""

    def __init__(self, views: DocumentViews, pdfs: PdfRenderer) -> None:
        self._views = views
        self._pdfs = pdfs

    async def invoice(
        self, actor: Actor, invoice_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        return await self._file(await self._views.invoice(actor, invoice_id), language)

    async def credit_note(
        self, actor: Actor, credit_note_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        return await self._file(await self._views.credit_note(actor, credit_note_id), language)

    async def receipt(
        self, actor: Actor, top_up_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        return await self._file(await self._views.receipt(actor, top_up_id), language)

    async def _file(self, view: DocumentView, language: DocumentLanguage | None) -> PdfFile:
        wanted = view if language is None else replace(view, language=language)
        data = await self._pdfs.render(wanted)
        return PdfFile(file_name(wanted), data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


def file_name(view: DocumentView) -> str:
    """Such as invoice-2026-00012.pdf: ASCII that every file system takes."""
    number = _UNSAFE.sub("-", view.number or view.id).strip("-.") or view.id
    return f"{_NAMES[view.kind]}-{number}.pdf"
