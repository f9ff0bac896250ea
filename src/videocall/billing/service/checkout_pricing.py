"""What a checkout costs: the catalogue's prices with the taxes of each product's class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from videocall.billing.errors import PriceChanged
from videocall.billing.interfaces.settlement import SettlementUnits
from videocall.billing.model.checkouts import Checkout, Item, item_errors
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    CustomerDetails,
    Invoice,
    InvoiceId,
    InvoiceSource,
    LineKind,
    NewInvoice,
    NewLine,
)
from videocall.billing.model.tax import Tax, TaxClass
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.core.access import UserId
from videocall.core.errors import FieldError, ValidationFailed
from videocall.products.errors import ProductNotForSale, ProductNotFound
from videocall.products.interfaces import Catalogue, SaleItem
from videocall.products.model.products import ProductId, ProductStatus
from videocall.users.interfaces import UserDirectory

NOBODY = CustomerDetails(UserId(""), "", "")
"""Whose purchase a quote is."""


class CheckoutPricing:
    """Makes drafts of invoices from what somebody wants to buy."""

    def __init__(
        self,
        units: SettlementUnits,
        catalogue: Catalogue,
        people: UserDirectory,
        invoice_book: InvoiceBook,
    ) -> None:
        self._units = units
        self._catalogue = catalogue
        self._people = people
        self._invoice_book = invoice_book

    async def quote(self, items: Sequence[Item]) -> Invoice:
        """What the items cost now, nothing is written; raises as draft."""
        draft = await self._priced(items, NOBODY, DocumentLanguage.ENGLISH, None)
        return self._invoice_book.priced(draft, InvoiceId(""), None)

    async def draft(self, checkout: Checkout) -> NewInvoice:
        """The invoice of a checkout.

        Raises ValidationFailed, ProductNotFound, ProductNotForSale, PriceChanged.
        """
        contacts = await self._people.contacts({checkout.customer_id})
        contact = contacts.get(checkout.customer_id)
        if contact is None:
            raise LookupError(checkout.customer_id)
        customer = CustomerDetails(checkout.customer_id, contact.name, contact.email)
        language = DocumentLanguage(checkout.language or contact.locale.value)
        draft = await self._priced(checkout.items, customer, language, checkout.id)
        total = self._invoice_book.priced(draft, InvoiceId(""), None).head.total
        if checkout.expected is not None and checkout.expected != total.minor:
            raise PriceChanged(f"It is {total.to_wire()} {total.currency} now.")
        return draft

    async def _priced(
        self,
        items: Sequence[Item],
        customer: CustomerDetails,
        language: DocumentLanguage,
        checkout_id: str | None,
    ) -> NewInvoice:
        if wrong := item_errors(items):
            raise ValidationFailed(fields=wrong)
        found = await self._catalogue.sale_items({ProductId(item.product_id) for item in items})
        products = [_product(item, found, place) for place, item in enumerate(items)]
        async with self._units.read() as work:
            taxes = await work.taxes.active()
        return NewInvoice(
            customer=customer,
            currency=_one_currency(products),
            language=language,
            lines=tuple(
                _line(product, item.quantity, taxes)
                for product, item in zip(products, items, strict=True)
            ),
            due_days=None,
            source=InvoiceSource.CHECKOUT,
            checkout_id=checkout_id,
        )


def _product(item: Item, found: Mapping[ProductId, SaleItem], place: int) -> SaleItem:
    product = found.get(ProductId(item.product_id))
    if product is None:
        words = "There is no such product."
        raise ProductNotFound(fields=[FieldError(f"items[{place}].product_id", "choice", words)])
    if product.status is not ProductStatus.ACTIVE:
        words = f"{product.name} is not sold any more."
        raise ProductNotForSale(fields=[FieldError(f"items[{place}].product_id", "choice", words)])
    return product


def _one_currency(products: Sequence[SaleItem]) -> str:
    currencies = {product.price.currency for product in products}
    if len(currencies) > 1:
        words = "Buy products of different currencies one after the other."
        raise ValidationFailed(fields=[FieldError("items", "conflict", words)])
    return currencies.pop()


def _line(product: SaleItem, quantity: int, taxes: Sequence[Tax]) -> NewLine:
    tax_class = TaxClass(product.tax_class.value)
    return NewLine(
        description=product.name,
        quantity=Decimal(quantity),
        unit_price=product.price,
        taxes=tuple(tax.as_rate for tax in taxes if tax_class in tax.tax_classes),
        product_id=product.id,
        kind=LineKind(product.kind.value),
        minutes=product.minutes,
        host_id=product.host_id,
    )
