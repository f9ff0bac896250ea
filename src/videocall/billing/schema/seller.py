"""Shapes of the seller's details and of taxes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.seller import SellerView, TaxChange
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.seller import MAX_ADDRESS_LINES, MAX_REMINDERS, MAX_TERMS_DAYS, Seller
from videocall.billing.model.tax import Tax, TaxClass
from videocall.billing.schema.rules import Rules
from videocall.core.http.amounts import WireDecimal, decimal_rule

Short = Annotated[str, Meta(max_length=120)]
AddressLine = Annotated[str, Meta(max_length=120, examples=["1 Harbour Street"])]
Address = Annotated[list[AddressLine], Meta(max_length=MAX_ADDRESS_LINES)]
Days = Annotated[int, Meta(ge=0, le=MAX_TERMS_DAYS)]
Reminders = Annotated[
    list[Days],
    Meta(
        max_length=MAX_REMINDERS, description="Days after the due day, growing", examples=[[3, 10]]
    ),
]
Format = Annotated[
    str,
    Meta(
        max_length=40,
        description="{year} and {number} once each; {number:05d} fills with zeros",
        examples=["{year}-{number:05d}"],
    ),
]
TaxName = Annotated[str, Meta(min_length=1, max_length=60, examples=["VAT"])]


class SellerBody(msgspec.Struct, frozen=True):
    """Who sells. `complete` says whether invoices can be opened: name and address are there."""

    name: str
    address: list[str]
    tax_number: str
    registration_number: str
    email: str
    phone: str
    website: str
    bank_details: str
    footer: str
    language: DocumentLanguage
    payment_terms_days: int
    reminder_days: list[int]
    invoice_format: str
    credit_note_format: str
    time_zone: str
    currency: str
    has_logo: bool
    complete: bool

    @classmethod
    def of(cls, view: SellerView) -> SellerBody:
        """The details as the API shows them."""
        seller = view.seller
        return cls(
            name=seller.name,
            address=list(seller.address),
            tax_number=seller.tax_number,
            registration_number=seller.registration_number,
            email=seller.email,
            phone=seller.phone,
            website=seller.website,
            bank_details=seller.bank_details,
            footer=seller.footer,
            language=seller.language,
            payment_terms_days=seller.payment_terms_days,
            reminder_days=list(seller.reminder_days),
            invoice_format=seller.invoice_format,
            credit_note_format=seller.credit_note_format,
            time_zone=seller.time_zone,
            currency=view.currency,
            has_logo=view.has_logo,
            complete=seller.is_complete,
        )


class SellerChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All details; what is left out becomes its default. `currency` is the installation's."""

    name: Short = ""
    address: Address = []
    tax_number: Short = ""
    registration_number: Short = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    phone: Short = ""
    website: Annotated[str, Meta(max_length=300)] = ""
    bank_details: Annotated[str, Meta(max_length=1000)] = ""
    footer: Annotated[str, Meta(max_length=1000)] = ""
    language: DocumentLanguage = DocumentLanguage.ENGLISH
    payment_terms_days: Days = 14
    reminder_days: Reminders = msgspec.field(default_factory=lambda: [3, 10])
    invoice_format: Format = "{year}-{number:05d}"
    credit_note_format: Format = "CN-{year}-{number:05d}"
    time_zone: Annotated[
        str, Meta(max_length=60, description="IANA name: it decides the year of a number")
    ] = "UTC"

    def seller(self) -> Seller:
        """As the service takes it."""
        return Seller(
            name=self.name.strip(),
            address=tuple(line.strip() for line in self.address if line.strip()),
            tax_number=self.tax_number.strip(),
            registration_number=self.registration_number.strip(),
            email=self.email.strip(),
            phone=self.phone.strip(),
            website=self.website.strip(),
            bank_details=self.bank_details.strip(),
            footer=self.footer.strip(),
            language=self.language,
            payment_terms_days=self.payment_terms_days,
            reminder_days=tuple(self.reminder_days),
            invoice_format=self.invoice_format,
            credit_note_format=self.credit_note_format,
            time_zone=self.time_zone,
        )


class TaxBody(msgspec.Struct, frozen=True):
    """A tax; `rate` in percent. New lines of a product get the taxes of its class."""

    id: str
    name: str
    rate: str
    inclusive: bool
    tax_classes: list[TaxClass]
    created_at: datetime

    @classmethod
    def of(cls, tax: Tax) -> TaxBody:
        """The tax as the API shows it."""
        return cls(
            id=tax.id,
            name=tax.name,
            rate=rate_text(tax.rate),
            inclusive=tax.inclusive,
            tax_classes=sorted(tax.tax_classes),
            created_at=tax.created_at,
        )


class TaxList(msgspec.Struct, frozen=True):
    """All taxes that new lines may have, by name."""

    items: list[TaxBody]


class NewTaxBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tax to add."""

    name: TaxName
    rate: WireDecimal
    inclusive: bool = False
    tax_classes: list[TaxClass] = msgspec.field(default_factory=lambda: [TaxClass.STANDARD])

    FIELD_RULES: ClassVar[Rules] = {"rate": decimal_rule("rate", decimals=4, maximum=100)}

    def change(self) -> TaxChange:
        """As the service takes it."""
        return TaxChange(self.name, self.rate, self.inclusive, self.tax_classes)


class TaxChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. Invoices keep the tax as it was."""

    name: TaxName | None = None
    rate: WireDecimal | None = None
    inclusive: bool | None = None
    tax_classes: list[TaxClass] | None = None

    FIELD_RULES: ClassVar[Rules] = {"rate": decimal_rule("rate", decimals=4, maximum=100)}

    def change(self) -> TaxChange:
        """As the service takes it."""
        return TaxChange(self.name, self.rate, self.inclusive, self.tax_classes)


def rate_text(rate: Decimal) -> str:
    """A rate in percent with at least two decimals: 19.00, 7.7125."""
    shown = f"{rate.normalize():f}"
    _, _, decimals = shown.partition(".")
    return shown if len(decimals) > 2 else f"{rate:.2f}"
