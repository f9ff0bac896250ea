"""From what somebody typed to a product: every wrong field is named at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from msgspec import UNSET

from videocall.core.amounts import amount_errors, currency_errors
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import Money
from videocall.products.errors import StockBelowZero
from videocall.products.interfaces import NewProduct, ProductChange
from videocall.products.model.products import (
    Product,
    ProductKind,
    description_errors,
    minutes_errors,
    normalise_sku,
    product_name_errors,
    sku_errors,
    stock_errors,
)


def check_new(new: NewProduct, house_currency: str) -> Money:
    """The price of a new product whose fields are all right; else raises ValidationFailed."""
    currency = new.currency or house_currency
    wrong = [
        *product_name_errors(new.name),
        *description_errors(new.description),
        *(sku_errors(new.sku) if new.sku is not None else ()),
        *minutes_errors(new.kind, new.minutes),
        *stock_errors(new.stock),
    ]
    return _price(new.price, currency, wrong)


def changed(product: Product, change: ProductChange, now: datetime) -> Product:
    """The product after a change; raises ValidationFailed, StockBelowZero.

    A new version is only given when something is different.
    """
    after = replace(
        product,
        name=product.name if change.name is UNSET else change.name.strip(),
        description=_or(change.description, product.description),
        kind=product.kind if change.kind is UNSET else change.kind,
        sku=product.sku if change.sku is UNSET else normalise_sku(change.sku),
        category_id=product.category_id if change.category_id is UNSET else change.category_id,
        tax_class=product.tax_class if change.tax_class is UNSET else change.tax_class,
        minutes=_minutes(product, change),
        status=product.status if change.status is UNSET else change.status,
        on_hand=product.on_hand if change.stock is UNSET else change.stock,
    )
    wrong = [
        *product_name_errors(after.name),
        *description_errors(after.description),
        *(() if change.sku is UNSET else sku_errors(after.sku)),
        *minutes_errors(after.kind, after.minutes),
        *(() if change.stock is UNSET else stock_errors(change.stock)),
    ]
    currency = _or(change.currency, product.price.currency)
    amount = product.price.decimal if change.price is UNSET else change.price
    after = replace(after, price=_price(amount, currency, wrong))
    if after.on_hand is not None and after.on_hand < after.reserved:
        words = f"{after.reserved} are reserved."
        raise StockBelowZero(fields=[FieldError("stock", "out_of_range", words)])
    if after == product:
        return product
    return replace(after, updated_at=now, version=product.version + 1)


def _minutes(product: Product, change: ProductChange) -> int | None:
    if change.minutes is not UNSET:
        return change.minutes
    if change.kind is not UNSET and change.kind is not ProductKind.MINUTES:
        return None  # what is no pack of minutes any more has none
    return product.minutes


def _price(amount: Decimal, currency: str, wrong: list[FieldError]) -> Money:
    unknown = currency_errors("currency", currency)
    wrong += unknown or amount_errors("price", amount, currency)
    if wrong:
        raise ValidationFailed(fields=wrong)
    return Money.parse(amount, currency)


def _or(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise
