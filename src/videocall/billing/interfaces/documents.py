"""Documents: where their views come from, PDFs and letters of them.

Whoever owns an invoice builds a DocumentView; rendering and mail know no invoice, only the view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from videocall.billing.interfaces.credit_notes import CreditNoteRepository
from videocall.billing.interfaces.invoices import InvoiceRepository
from videocall.billing.interfaces.payments import PaymentRepository
from videocall.billing.interfaces.seller import SellerRepository
from videocall.billing.model.documents import DocumentLanguage, DocumentView, Letter, NewLetter
from videocall.core.access import Actor
from videocall.core.db.work import UnitsOfWork
from videocall.core.mail.message import Message


class PdfRenderer(Protocol):
    """Makes PDFs."""

    async def render(self, view: DocumentView) -> bytes:
        """The document as a PDF: the same view, the same bytes; raises DocumentUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A finished PDF; ``etag`` is quoted."""

    name: str
    data: bytes
    etag: str


class Documents(Protocol):
    """PDFs of what the actor may see; ``language`` None: the document's own."""

    async def invoice(
        self, actor: Actor, invoice_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        """An invoice, a draft too; raises InvoiceNotFound, DocumentUnavailable."""
        ...

    async def credit_note(
        self, actor: Actor, credit_note_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        """A credit note; raises CreditNoteNotFound, DocumentUnavailable."""
        ...

    async def receipt(
        self, actor: Actor, top_up_id: str, language: DocumentLanguage | None
    ) -> PdfFile:
        """The receipt of a paid top-up; raises TopUpNotFound, DocumentUnavailable."""
        ...


class DocumentViews(Protocol):
    """Where views come from, for whoever may see them; ``actor`` None: the system itself."""

    async def invoice(self, actor: Actor | None, invoice_id: str) -> DocumentView:
        """Raises InvoiceNotFound."""
        ...

    async def credit_note(self, actor: Actor | None, credit_note_id: str) -> DocumentView:
        """Raises CreditNoteNotFound."""
        ...

    async def receipt(self, actor: Actor | None, top_up_id: str) -> DocumentView:
        """Raises TopUpNotFound, also while it is not paid."""
        ...


class DocumentWork(Protocol):
    """A billing transaction, as far as documents read."""

    @property
    def invoices(self) -> InvoiceRepository: ...

    @property
    def credit_notes(self) -> CreditNoteRepository: ...

    @property
    def seller(self) -> SellerRepository: ...

    @property
    def payments(self) -> PaymentRepository: ...


DocumentUnits = UnitsOfWork[DocumentWork]


class LetterRows(Protocol):
    """The letters' table inside a transaction: `work.messages`."""

    async def add(self, letter: Letter) -> bool:
        """Write it; False when the key is known."""
        ...

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Letter]:
        """Take letters whose time has come, for nobody else ``until`` then; counts the attempt."""
        ...

    async def any_due(self, now: datetime) -> bool:
        """Whether there is something to claim: asked often, and a read disturbs nobody."""
        ...

    async def put(self, letter: Letter) -> None:
        """Write what changes: state, next_at, sent_at and failure."""
        ...

    async def of_document(self, document_id: str) -> Sequence[Letter]:
        """All letters about a document, oldest first."""
        ...


class LetterWork(Protocol):
    """A billing transaction, as far as letters go."""

    @property
    def messages(self) -> LetterRows: ...


LetterUnits = UnitsOfWork[LetterWork]


class LetterWriter(Protocol):
    """Makes the e-mail of a letter."""

    async def message(self, letter: Letter) -> Message:
        """Read anew what it is about; raises NoAddress, the errors of DocumentViews and PDFs."""
        ...


class DocumentMail(Protocol):
    """Letters about documents. Written in the transaction of what they tell, sent afterwards."""

    async def write(self, work: LetterWork, letter: NewLetter) -> bool:
        """Put a letter into the outbox of this transaction; False when the key is known."""
        ...
