"""Turns what somebody typed into a draft: products, customers and taxes are looked up, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from videocall.billing.interfaces.invoices import InvoiceOrder, LineOrder
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    MAX_LINES,
    MAX_QUANTITY,
    MAX_TAXES_OF_A_LINE,
    QUANTITY_DECIMALS,
    AmountOff,
    CustomerDetails,
    Discount,
    LineKind,
    NewInvoice,
    NewLine,
    PercentOff,
)
from videocall.billing.model.tax import Tax, TaxClass, TaxRate
from videocall.core.access import Actor, Role, UserId
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import InvalidMoney, Money, minor_digits
from videocall.products.interfaces import Catalogue, SaleItem
from videocall.products.model.products import ProductId, ProductStatus
from videocall.users.interfaces import UserDirectory

_PERCENT_DECIMALS = 4
MAX_DESCRIPTION_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What lines refer to."""

    currency: str
    products: Mapping[str, SaleItem]
    taxes: Sequence[Tax]
    actor: Actor


class InvoiceDrafts:
    """Reads orders; every wrong field is named. Nothing here is inside a transaction."""

    def __init__(self, catalogue: Catalogue, people: UserDirectory, currency: str) -> None:
        self._catalogue = catalogue
        self._people = people
        self._currency = currency

    async def read(self, actor: Actor, order: InvoiceOrder, taxes: Sequence[Tax]) -> NewInvoice:
        """The draft; raises ValidationFailed."""
        if not 1 <= len(order.lines) <= MAX_LINES:
            words = f"From 1 to {MAX_LINES} lines."
            raise ValidationFailed(fields=[FieldError("lines", "too_long", words)])
        head = await self.read_head(order, ())
        return replace(head, lines=await self.lines(actor, order.lines, head.currency, taxes))

    async def read_head(self, order: InvoiceOrder, lines: tuple[NewLine, ...]) -> NewInvoice:
        """The draft with these lines instead of its own; raises ValidationFailed."""
        wrong: list[FieldError] = []
        customer, language = await self._customer(order, wrong)
        currency = self._currency if order.currency is None else order.currency
        wrong += _currency_errors(currency)
        if wrong:
            raise ValidationFailed(fields=wrong)
        return NewInvoice(
            customer=customer,
            currency=currency,
            language=order.language or language,
            lines=lines,
            notes=order.notes.strip(),
            due_days=order.due_days,
        )

    async def lines(
        self, actor: Actor, orders: Sequence[LineOrder], currency: str, taxes: Sequence[Tax]
    ) -> tuple[NewLine, ...]:
        """The lines; raises ValidationFailed."""
        ids = {ProductId(line.product_id) for line in orders if line.product_id is not None}
        products = await self._catalogue.sale_items(ids) if ids else {}
        known = _Known(currency, {str(key): item for key, item in products.items()}, taxes, actor)
        wrong: list[FieldError] = []
        lines = [_line(f"lines[{place}]", line, known, wrong) for place, line in enumerate(orders)]
        if wrong:
            raise ValidationFailed(fields=wrong)
        return tuple(line for line in lines if line is not None)

    async def customer(self, customer_id: UserId) -> CustomerDetails | None:
        """How somebody is named now; None when there is no such account."""
        found = (await self._people.contacts([customer_id])).get(customer_id)
        return CustomerDetails(customer_id, found.name, found.email) if found else None

    async def _customer(
        self, order: InvoiceOrder, wrong: list[FieldError]
    ) -> tuple[CustomerDetails, DocumentLanguage]:
        nobody = CustomerDetails(UserId(""), "", ""), DocumentLanguage.ENGLISH
        if (order.customer_id is None) == (order.customer_email is None):
            words = "Name the customer by customer_id or by customer_email."
            wrong.append(FieldError("customer_id", "missing", words))
            return nobody
        field, customer_id = "customer_id", order.customer_id
        if order.customer_email is not None:
            field = "customer_email"
            customer_id = await self._people.find_by_email(order.customer_email)
        found = (await self._people.contacts([customer_id])) if customer_id is not None else {}
        contact = found.get(customer_id) if customer_id is not None else None
        if customer_id is None or contact is None:
            wrong.append(FieldError(field, "unknown", "There is no such account."))
            return nobody
        details = CustomerDetails(customer_id, contact.name, contact.email)
        return details, DocumentLanguage(contact.locale.value)


def _currency_errors(currency: str) -> list[FieldError]:
    try:
        minor_digits(currency)
    except InvalidMoney:
        return [FieldError("currency", "choice", "This is not an ISO 4217 currency code.")]
    return []


def _line(name: str, order: LineOrder, known: _Known, wrong: list[FieldError]) -> NewLine | None:
    found = len(wrong)
    product = _product(name, order, known, wrong)
    description = _description(name, order, product, wrong)
    kind = LineKind(product.kind.value) if product else None
    wrong += _quantity_errors(f"{name}.quantity", order.quantity, kind)
    price = _price(name, order, product, known.currency, wrong)
    taxes = _taxes(name, order, product, known.taxes, wrong)
    if len(wrong) > found or price is None:
        return None
    owner = known.actor.user_id if known.actor.role is Role.HOST else None
    line = NewLine(
        description=description,
        quantity=order.quantity,
        unit_price=price,
        taxes=taxes,
        product_id=product.id if product else None,
        kind=kind,
        minutes=product.minutes if product else None,
        host_id=product.host_id if product else owner,
    )
    return _discounted(name, line, order, wrong)


def _product(
    name: str, order: LineOrder, known: _Known, wrong: list[FieldError]
) -> SaleItem | None:
    if order.product_id is None:
        return None
    product = known.products.get(order.product_id)
    is_theirs = product is not None and (
        known.actor.is_admin or product.host_id == known.actor.user_id
    )
    if product is None or not is_theirs:
        words = "There is no such product, or it is somebody else's."
        wrong.append(FieldError(f"{name}.product_id", "choice", words))
        return None
    if product.status is not ProductStatus.ACTIVE:
        wrong.append(FieldError(f"{name}.product_id", "choice", "This product is archived."))
    return product


def _description(
    name: str, order: LineOrder, product: SaleItem | None, wrong: list[FieldError]
) -> str:
    text = (order.description or "").strip() or (product.name if product else "")
    if not text and order.product_id is None:
        words = "A line without a product needs a description."
        wrong.append(FieldError(f"{name}.description", "missing", words))
    if len(text) > MAX_DESCRIPTION_CHARACTERS or "\0" in text:
        words = f"At most {MAX_DESCRIPTION_CHARACTERS} characters."
        wrong.append(FieldError(f"{name}.description", "too_long", words))
    return text


def _quantity_errors(field: str, quantity: Decimal, kind: LineKind | None) -> list[FieldError]:
    if not quantity.is_finite() or not 0 < quantity <= MAX_QUANTITY:
        return [FieldError(field, "out_of_range", f"More than 0, at most {MAX_QUANTITY}.")]
    if quantity != round(quantity, QUANTITY_DECIMALS):
        return [FieldError(field, "too_precise", f"At most {QUANTITY_DECIMALS} decimals.")]
    if kind in (LineKind.GOODS, LineKind.MINUTES) and quantity != int(quantity):
        return [FieldError(field, "too_precise", "Goods and packs of minutes are sold whole.")]
    return []


def _price(
    name: str, order: LineOrder, product: SaleItem | None, currency: str, wrong: list[FieldError]
) -> Money | None:
    field = f"{name}.unit_price"
    if order.unit_price is not None:
        return _amount(field, order.unit_price, currency, wrong)
    if product is None:
        if order.product_id is None:
            wrong.append(FieldError(field, "missing", "A line without a product needs a price."))
        return None
    if product.price.currency != currency:
        words = f"The product is sold in {product.price.currency}: give a price in {currency}."
        wrong.append(FieldError(field, "missing", words))
        return None
    return product.price


def _amount(field: str, value: Decimal, currency: str, wrong: list[FieldError]) -> Money | None:
    try:
        money = Money.parse(value, currency)
    except InvalidMoney as error:
        wrong.append(FieldError(field, "format", f"{str(error)[:150]}."))
        return None
    if money.minor < 0:
        wrong.append(FieldError(field, "out_of_range", "This is not negative."))
        return None
    return money


def _taxes(
    name: str,
    order: LineOrder,
    product: SaleItem | None,
    taxes: Sequence[Tax],
    wrong: list[FieldError],
) -> tuple[TaxRate, ...]:
    if order.tax_ids is None:
        tax_class = TaxClass(product.tax_class.value) if product else TaxClass.STANDARD
        return taxes_of_class(taxes, tax_class)
    by_id = {str(tax.id): tax for tax in taxes}
    named = [by_id.get(tax_id) for tax_id in order.tax_ids]
    chosen = [tax for tax in named if tax is not None]
    if len(chosen) < len(named) or len(set(order.tax_ids)) < len(named):
        words = "There is no such tax, or it is named twice."
        wrong.append(FieldError(f"{name}.tax_ids", "choice", words))
    if len(named) > MAX_TAXES_OF_A_LINE:
        words = f"At most {MAX_TAXES_OF_A_LINE} entries."
        wrong.append(FieldError(f"{name}.tax_ids", "too_long", words))
    return tuple(sorted((tax.as_rate for tax in chosen), key=lambda tax: tax.order))


def taxes_of_class(taxes: Sequence[Tax], tax_class: TaxClass) -> tuple[TaxRate, ...]:
    """The taxes that a product of this class carries, in their order."""
    found = (tax.as_rate for tax in taxes if tax_class in tax.tax_classes)
    return tuple(sorted(found, key=lambda tax: tax.order))[:MAX_TAXES_OF_A_LINE]


def _discounted(
    name: str, line: NewLine, order: LineOrder, wrong: list[FieldError]
) -> NewLine | None:
    before = len(wrong)
    discount = _discount(f"{name}.discount", order, line.unit_price.currency, wrong)
    if len(wrong) > before:
        return None
    try:
        whole = line.amount
    except InvalidMoney:
        wrong.append(FieldError(f"{name}.unit_price", "out_of_range", "The line is too large."))
        return None
    if isinstance(discount, AmountOff) and discount.amount.minor > whole.minor:
        words = f"At most {whole.to_wire()}, what the line costs."
        wrong.append(FieldError(f"{name}.discount.amount", "out_of_range", words))
        return None
    return line.with_discount(discount)


def _discount(
    field: str, order: LineOrder, currency: str, wrong: list[FieldError]
) -> Discount | None:
    percent, amount = order.percent_off, order.amount_off
    if percent is not None and amount is not None:
        wrong.append(FieldError(field, "conflict", "Give percent or amount, not both."))
        return None
    if amount is not None:
        money = _amount(f"{field}.amount", amount, currency, wrong)
        return AmountOff(money) if money is not None else None
    if percent is None:
        return None
    if not percent.is_finite() or not 0 <= percent <= 100:
        wrong.append(FieldError(f"{field}.percent", "out_of_range", "From 0 to 100."))
    elif percent != round(percent, _PERCENT_DECIMALS):
        words = f"At most {_PERCENT_DECIMALS} decimals."
        wrong.append(FieldError(f"{field}.percent", "too_precise", words))
    return PercentOff(percent)
