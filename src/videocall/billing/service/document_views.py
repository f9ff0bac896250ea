"""Builds what documents show, from invoices, credit notes and top-ups as they were issued."""

from __future__ import annotations

from collections.abc import Sequence

from videocall.billing.errors import CreditNoteNotFound, InvoiceNotFound, TopUpNotFound
from videocall.billing.interfaces.documents import DocumentUnits, DocumentWork
from videocall.billing.model.charges import PaymentId
from videocall.billing.model.credit_note import CreditNote, CreditNoteId, CreditNoteLine
from videocall.billing.model.documents import (
    CustomerParty,
    DocumentKind,
    DocumentLanguage,
    DocumentLine,
    DocumentTax,
    DocumentView,
    Logo,
    Mark,
    SellerParty,
    TaxLabel,
)
from videocall.billing.model.invoice import (
    AmountOff,
    Invoice,
    InvoiceId,
    InvoiceLine,
    PercentOff,
)
from videocall.billing.model.payments import Payment, PaymentState, Purpose
from videocall.billing.model.seller import SellerSnapshot
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.model.tax import TaxRate, TaxSum
from videocall.core.access import Actor
from videocall.core.money import Money
from videocall.users.interfaces import UserDirectory

_MARKS = {InvoiceStatus.DRAFT: Mark.DRAFT, InvoiceStatus.VOID: Mark.VOID}


class DocumentViewService:
    """Views for whoever may see them; the system itself (actor None) sees all."""

    def __init__(self, units: DocumentUnits, people: UserDirectory) -> None:
        self._units = units
        self._people = people

    async def invoice(self, actor: Actor | None, invoice_id: str) -> DocumentView:
        async with self._units.read() as work:
            invoice = await work.invoices.get(InvoiceId(invoice_id))
            if invoice is None or not _sees(actor, invoice):
                raise InvoiceNotFound
            seller, zone = await _seller(work, invoice.head.seller_id)
        return _invoice_view(invoice, seller, zone)

    async def credit_note(self, actor: Actor | None, credit_note_id: str) -> DocumentView:
        async with self._units.read() as work:
            note = await work.credit_notes.get(CreditNoteId(credit_note_id))
            invoice = await work.invoices.get(note.invoice_id) if note is not None else None
            if note is None or invoice is None or not _sees(actor, invoice):
                raise CreditNoteNotFound
            seller, zone = await _seller(work, note.seller_id)
        return _credit_note_view(note, invoice.head.language, seller, zone)

    async def receipt(self, actor: Actor | None, top_up_id: str) -> DocumentView:
        async with self._units.read() as work:
            payment = await work.payments.get(PaymentId(top_up_id))
            if payment is None or not _has_receipt(payment) or not _owns(actor, payment):
                raise TopUpNotFound
            seller, zone = await _seller(work, None)
        contact = (await self._people.contacts([payment.customer_id])).get(payment.customer_id)
        customer = CustomerParty(contact.name, contact.email) if contact else CustomerParty("")
        language = DocumentLanguage(contact.locale) if contact else DocumentLanguage.ENGLISH
        return _receipt_view(payment, customer, language, seller, zone)


def _sees(actor: Actor | None, invoice: Invoice) -> bool:
    return actor is None or invoice.is_seen_by(actor)


def _owns(actor: Actor | None, payment: Payment) -> bool:
    return actor is None or actor.is_admin or payment.customer_id == actor.user_id


def _has_receipt(payment: Payment) -> bool:
    return payment.purpose is Purpose.TOP_UP and payment.state is PaymentState.SUCCEEDED


async def _seller(work: DocumentWork, snapshot_id: str | None) -> tuple[SellerParty, str]:
    """The seller as an issued document names it, or as it is now; and its time zone."""
    snapshot: SellerSnapshot | None = None
    if snapshot_id is not None:
        snapshot = await work.seller.snapshot(snapshot_id)
    if snapshot is None:
        snapshot = await work.seller.current()
    logo = await work.seller.logo(snapshot.logo_id) if snapshot.logo_id else None
    seller = snapshot.seller
    party = SellerParty(
        name=seller.name,
        address=seller.address,
        tax_number=seller.tax_number,
        registration_number=seller.registration_number,
        email=seller.email,
        phone=seller.phone,
        website=seller.website,
        bank_details=seller.bank_details,
        footer=seller.footer,
        logo=Logo(logo.media_type, logo.content) if logo is not None else None,
    )
    return party, seller.time_zone


def _invoice_view(invoice: Invoice, seller: SellerParty, zone: str) -> DocumentView:
    head, standing = invoice.head, invoice.standing
    return DocumentView(
        kind=DocumentKind.INVOICE,
        id=head.id,
        number=head.number_text(),
        language=head.language,
        issued_at=head.issued_at,
        seller=seller,
        customer=CustomerParty(head.customer.name, head.customer.email),
        lines=tuple(_line(line) for line in invoice.lines),
        taxes=_taxes(invoice.taxes),
        subtotal=head.subtotal,
        tax_total=head.tax_total,
        total=standing.total,
        paid=standing.paid,
        credited=standing.credited,
        refunded=standing.refunded,
        due=standing.due,
        due_at=head.due_at,
        paid_at=head.paid_at,
        notes=head.notes,
        payment_reference=head.number_text() or "",
        mark=_MARKS.get(head.status),
        time_zone=zone,
    )


def _credit_note_view(
    note: CreditNote, language: DocumentLanguage, seller: SellerParty, zone: str
) -> DocumentView:
    totals = note.totals
    return DocumentView(
        kind=DocumentKind.CREDIT_NOTE,
        id=note.id,
        number=note.number.text,
        language=language,
        issued_at=note.issued_at,
        seller=seller,
        customer=CustomerParty(note.customer.name, note.customer.email),
        lines=tuple(_credited(line) for line in note.lines),
        taxes=_taxes(note.taxes),
        subtotal=totals.subtotal,
        tax_total=totals.tax_total,
        total=totals.total,
        refers_to=note.invoice_number,
        reason=note.reason,
        time_zone=zone,
        invoice_id=note.invoice_id,
    )


def _receipt_view(
    payment: Payment,
    customer: CustomerParty,
    language: DocumentLanguage,
    seller: SellerParty,
    zone: str,
) -> DocumentView:
    nothing = Money(0, payment.amount.currency)
    return DocumentView(
        kind=DocumentKind.RECEIPT,
        id=payment.id,
        number=None,
        language=language,
        issued_at=payment.succeeded_at or payment.created_at,
        seller=seller,
        customer=customer,
        lines=(),
        taxes=(),
        subtotal=payment.amount,
        tax_total=nothing,
        total=payment.amount,
        paid=payment.amount,
        refunded=payment.refunded,
        due=nothing,
        paid_at=payment.succeeded_at,
        payment_method=payment.method.value,
        payment_reference=payment.provider_reference or payment.id,
        time_zone=zone,
    )


def _line(line: InvoiceLine) -> DocumentLine:
    item = line.item
    discount = item.discount
    return DocumentLine(
        description=item.description,
        quantity=item.quantity,
        unit_price=item.unit_price,
        net=line.share.net,
        discount_percent=discount.percent if isinstance(discount, PercentOff) else None,
        discount_amount=discount.amount if isinstance(discount, AmountOff) else None,
        taxes=_labels(item.taxes),
    )


def _credited(line: CreditNoteLine) -> DocumentLine:
    return DocumentLine(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net=line.share.net,
        taxes=_labels(line.taxes),
    )


def _labels(taxes: Sequence[TaxRate]) -> tuple[TaxLabel, ...]:
    return tuple(TaxLabel(tax.name, tax.rate, tax.inclusive) for tax in taxes)


def _taxes(sums: Sequence[TaxSum]) -> tuple[DocumentTax, ...]:
    return tuple(
        DocumentTax(item.tax.name, item.tax.rate, item.tax.inclusive, item.base, item.amount)
        for item in sums
    )
