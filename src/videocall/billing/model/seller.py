"""Who sells: the details on every document, and how documents are numbered and due."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.numbering import BadNumberFormat, NumberFormat
from videocall.core.emails import normalise_email
from videocall.core.errors import FieldError

MAX_ADDRESS_LINES = 8
MAX_TERMS_DAYS = 365
MAX_REMINDERS = 5
MAX_LOGO_BYTES = 256 * 1024
LOGO_TYPES = ("image/png", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Seller:
    """The seller's details. ``reminder_days`` after the due day, growing; ``time_zone`` IANA's."""

    name: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    registration_number: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    bank_details: str = ""
    footer: str = ""
    language: DocumentLanguage = DocumentLanguage.ENGLISH
    payment_terms_days: int = 14
    reminder_days: tuple[int, ...] = (3, 10)
    invoice_format: str = "{year}-{number:05d}"
    credit_note_format: str = "CN-{year}-{number:05d}"
    time_zone: str = "UTC"  # of the year in numbers

    @property
    def is_complete(self) -> bool:
        """Whether an invoice may name it: it has a name and an address."""
        return bool(self.name and self.address)


@dataclass(frozen=True, slots=True)
class SellerLogo:
    """An uploaded logo, known by its content."""

    media_type: str
    content: bytes

    @property
    def id(self) -> str:
        """SHA-256 of type and content: 64 hexadecimal digits."""
        return hashlib.sha256(self.media_type.encode() + b"\0" + self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class SellerSnapshot:
    """The seller as documents of one time name it; its id is made of its content."""

    id: str
    seller: Seller
    logo_id: str | None


def seller_errors(seller: Seller) -> list[FieldError]:
    """Everything that is wrong with the details."""
    wrong: list[FieldError] = []
    if seller.email and normalise_email(seller.email) is None:
        wrong.append(FieldError("email", "format", "This is not an e-mail address."))
    wrong += _format_errors("invoice_format", seller.invoice_format)
    wrong += _format_errors("credit_note_format", seller.credit_note_format)
    wrong += _reminder_errors(seller.reminder_days)
    try:
        ZoneInfo(seller.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        words = "Use a name of the IANA database, such as Asia/Jakarta."
        wrong.append(FieldError("time_zone", "choice", words))
    return wrong


def _format_errors(field: str, text: str) -> list[FieldError]:
    try:
        NumberFormat(text)
    except BadNumberFormat as error:
        return [FieldError(field, "format", str(error))]
    return []


def _reminder_errors(days: Sequence[int]) -> list[FieldError]:
    if list(days) != sorted(set(days)):
        return [FieldError("reminder_days", "order", "Each later than the one before.")]
    return []


def logo_errors(logo: SellerLogo) -> list[FieldError]:
    """What is wrong with an upload."""
    if not logo.content or len(logo.content) > MAX_LOGO_BYTES:
        return [FieldError("", "too_long", f"From 1 to {MAX_LOGO_BYTES} bytes.")]
    head = logo.content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t")
    if logo.media_type == "image/png" and not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return [FieldError("", "format", "This is not a PNG image.")]
    if logo.media_type == "image/svg+xml" and not _looks_like_svg(logo.content):
        return [FieldError("", "format", "This is not an SVG image without scripts.")]
    if logo.media_type not in LOGO_TYPES:
        return [FieldError("", "choice", f"One of {', '.join(LOGO_TYPES)}.")]
    return []


def _looks_like_svg(content: bytes) -> bool:
    try:
        text = content.decode().lower()
    except UnicodeDecodeError:
        return False
    forbidden = ("<script", "<!entity", "javascript:", "<foreignobject", " onload", " onclick")
    return "<svg" in text and not any(word in text for word in forbidden)
