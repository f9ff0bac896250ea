"""Wires invoices, credit notes, taxes and the seller's details."""

from __future__ import annotations

from videocall.billing.controller import credit_notes as credit_notes_http
from videocall.billing.controller import invoices as invoices_http
from videocall.billing.controller import seller as seller_http
from videocall.billing.interfaces.documents import DocumentMail
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.credit_notes import CreditNoteService
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.billing.service.invoice_drafts import InvoiceDrafts
from videocall.billing.service.invoices import InvoiceService, Surroundings
from videocall.billing.service.reminders import Reminders
from videocall.billing.service.seller import SellerService
from videocall.billing.service.taxes import TaxService
from videocall.bootstrap.billing_settlement import SettlementServices
from videocall.bootstrap.parts import Part, Sources
from videocall.core.db.work import SqlUnits
from videocall.core.jobs import Job
from videocall.products.interfaces import Catalogue
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory

_REMIND_SECONDS = 60.0


def wire_invoices(
    settings: Settings,
    sources: Sources,
    units: SqlUnits[SqlBillingWork],
    people: UserDirectory,
    catalogue: Catalogue,
    settlement: SettlementServices,
    mail: DocumentMail,
) -> Part:
    """The services of invoices and what they are made of."""
    currency, clock = settings.shop.currency, sources.clock
    invoices = InvoiceService(
        units,
        InvoiceDrafts(catalogue, people, currency),
        InvoiceBook(sources.ids, clock),
        Surroundings(settlement.invoice_stock, settlement.selling, mail),
        sources.ids,
        clock,
    )
    credit_notes = CreditNoteService(
        units, settlement.credit_book, settlement.credit_follow_up, mail
    )
    reminders = Reminders(units, mail, clock)
    return Part(
        controllers=(
            *invoices_http.CONTROLLERS,
            *credit_notes_http.CONTROLLERS,
            *seller_http.CONTROLLERS,
        ),
        services={
            "invoices": invoices,
            "credit_notes": credit_notes,
            "seller": SellerService(units, currency, clock),
            "taxes": TaxService(units, clock),
        },
        jobs=(Job("remind of unpaid invoices", _REMIND_SECONDS, reminders.sweep),),
    )
