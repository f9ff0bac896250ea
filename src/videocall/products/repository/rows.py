"""A product as a row and back."""

from __future__ import annotations

from videocall.core.access import UserId
from videocall.core.db.reads import Values
from videocall.core.money import Money
from videocall.products.model.products import (
    CategoryId,
    Product,
    ProductId,
    ProductKind,
    ProductStatus,
    TaxClass,
)
from videocall.products.model.words import name_key
from videocall.products.tables import products

_KINDS = {item.value: item for item in ProductKind}
_TAX_CLASSES = {item.value: item for item in TaxClass}
_STATUSES = {item.value: item for item in ProductStatus}

_c = products.c
COLUMNS = (
    _c.id, _c.name, _c.description, _c.kind, _c.sku, _c.price_minor, _c.currency, _c.category_id,
    _c.tax_class, _c.minutes, _c.status, _c.host_id, _c.stock_on_hand, _c.stock_reserved,
    _c.was_sold, _c.created_at, _c.updated_at, _c.version,
)  # fmt: skip
"""What `product_of` reads, in its order."""


def product_of(row: Values) -> Product:
    """The product in a row of COLUMNS."""
    (
        product_id, name, description, kind, sku, price_minor, currency, category_id, tax_class,
        minutes, status, host_id, on_hand, reserved, was_sold, created_at, updated_at, version,
    ) = row  # fmt: skip
    return Product(
        ProductId(product_id),
        name,
        description,
        _KINDS[kind],
        sku,
        Money(price_minor, currency),
        CategoryId(category_id) if category_id is not None else None,
        _TAX_CLASSES[tax_class],
        minutes,
        _STATUSES[status],
        UserId(host_id),
        on_hand,
        reserved,
        was_sold,
        created_at,
        updated_at,
        version,
    )


def row_of(product: Product) -> dict[str, object]:
    """The columns of a product."""
    return {
        "id": product.id,
        "name": product.name,
        "name_key": name_key(product.name),
        "description": product.description,
        "kind": product.kind.value,
        "sku": product.sku,
        "price_minor": product.price.minor,
        "currency": product.price.currency,
        "category_id": product.category_id,
        "tax_class": product.tax_class.value,
        "minutes": product.minutes,
        "status": product.status.value,
        "host_id": product.host_id,
        "stock_on_hand": product.on_hand,
        "stock_reserved": product.reserved,
        "was_sold": product.was_sold,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
        "version": product.version,
    }
