"""Documents and letters: everything that an invoice, credit note or receipt shows, and its mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from videocall.core.access import UserId
from videocall.core.money import Money


class DocumentKind(StrEnum):
    """What the paper is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"


class DocumentLanguage(StrEnum):
    """The languages that documents and letters are written in."""

    ENGLISH = "en"
    INDONESIAN = "id"


class Mark(StrEnum):
    """What is written across a paper that is not to be paid."""

    DRAFT = "draft"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Logo:
    """The seller's logo: image/png or image/svg+xml."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SellerParty:
    """Who sells, as in the settings of the installation."""

    name: str
    address: tuple[str, ...] = ()
    tax_number: str = ""
    registration_number: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    bank_details: str = ""
    footer: str = ""
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class CustomerParty:
    """Who buys."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class TaxLabel:
    """A tax as a line names it; ``rate`` in percent."""

    name: str
    rate: Decimal
    inclusive: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line; ``discount_percent`` and ``discount_amount`` exclude each other."""

    description: str
    quantity: Decimal | None  # None: an amount, no pieces
    unit_price: Money
    net: Money
    discount_percent: Decimal | None = None
    discount_amount: Money | None = None
    taxes: tuple[TaxLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentTax:
    """One tax over the whole document; ``rate`` in percent."""

    name: str
    rate: Decimal
    inclusive: bool
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything that a document shows. Amounts that are None are not shown."""

    kind: DocumentKind
    id: str
    number: str | None
    language: DocumentLanguage
    issued_at: datetime | None  # None: a draft
    seller: SellerParty
    customer: CustomerParty
    lines: tuple[DocumentLine, ...]
    taxes: tuple[DocumentTax, ...]
    subtotal: Money
    tax_total: Money
    total: Money
    paid: Money | None = None
    credited: Money | None = None
    refunded: Money | None = None
    due: Money | None = None
    due_at: datetime | None = None
    paid_at: datetime | None = None
    refers_to: str | None = None  # a credit note: the number of its invoice
    reason: str = ""  # a credit note
    notes: str = ""
    payment_method: str = ""  # a receipt: manual, test, stripe
    payment_reference: str = ""  # what the customer writes on a bank transfer; or the payment's id
    mark: Mark | None = None
    time_zone: str = "UTC"  # of its dates; a name of the IANA database
    invoice_id: str | None = None  # a credit note: of its invoice

    @property
    def page_id(self) -> str:
        """Which invoice the web page shows it at."""
        return self.invoice_id or self.id


class LetterKind(StrEnum):
    """What a letter tells."""

    INVOICE = "invoice"
    REMINDER = "reminder"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to be sent. ``key`` names it for good: the same key again writes nothing.

    ``step`` counts reminders from 1. Keys: `invoice:<id>` when it opens, `send:<command id>` when
    somebody asks, `reminder:<id>:<step>`, `credit_note:<id>`, `receipt:<top-up id>`.
    """

    key: str
    kind: LetterKind
    document_id: str
    customer_id: UserId
    step: int = 0


class LetterState(StrEnum):
    """Where a letter is; a failed one was given up, a dropped one is not needed any more."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the outbox; ``attempts`` counts those that began."""

    id: str
    key: str
    kind: LetterKind
    document_id: str
    customer_id: UserId
    step: int
    state: LetterState
    attempts: int
    next_at: datetime | None  # None: nothing is left to do
    created_at: datetime
    sent_at: datetime | None
    failure: str | None
