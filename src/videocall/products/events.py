"""What the products domain tells: ids and numbers, no names."""

from __future__ import annotations

from videocall.core.events.model import NewEvent
from videocall.products.model.categories import Category
from videocall.products.model.products import CategoryId, Product, ProductId
from videocall.products.model.stock import Movement, StockLevel

CATALOGUE_STREAM = "catalogue:categories"
"""The stream of the tree of categories."""


def product_stream(product_id: ProductId) -> str:
    """The stream of one product and its stock."""
    return f"product:{product_id}"


def product_created(product: Product) -> NewEvent:
    """A host offers something new."""
    return NewEvent("products.created.v1", _shown(product))


def product_changed(product: Product) -> NewEvent:
    """Fields of a product changed."""
    return NewEvent("products.changed.v1", _shown(product))


def product_deleted(product_id: ProductId) -> NewEvent:
    """A product that was never sold is gone."""
    return NewEvent("products.deleted.v1", {"product_id": product_id})


def stock_moved(movement: Movement) -> NewEvent:
    """Pieces came or went."""
    return NewEvent(
        "products.stock_moved.v1",
        {
            "product_id": movement.product_id,
            "movement_id": movement.id,
            "quantity": movement.quantity,
            "reason": movement.reason.value,
            "balance": movement.balance,
            "reference": movement.reference,
        },
    )


def stock_reserved(product_id: ProductId, key: str, quantity: int, level: StockLevel) -> NewEvent:
    """Pieces are kept for a purchase."""
    return NewEvent("products.stock_reserved.v1", _kept(product_id, key, quantity, level))


def stock_freed(product_id: ProductId, key: str, quantity: int, level: StockLevel) -> NewEvent:
    """Pieces that were kept can be bought again: released or expired."""
    return NewEvent("products.stock_freed.v1", _kept(product_id, key, quantity, level))


def category_created(category: Category) -> NewEvent:
    """The tree has grown."""
    return _category("products.category_created.v1", category.id)


def category_changed(category: Category) -> NewEvent:
    """A category has another name or place."""
    return _category("products.category_changed.v1", category.id)


def category_deleted(category_id: CategoryId) -> NewEvent:
    """A category is gone."""
    return _category("products.category_deleted.v1", category_id)


def _category(event_type: str, category_id: CategoryId) -> NewEvent:
    return NewEvent(event_type, {"category_id": category_id})


def _shown(product: Product) -> dict[str, str | int | bool | None]:
    return {
        "product_id": product.id,
        "host_id": product.host_id,
        "kind": product.kind.value,
        "price_minor": product.price.minor,
        "currency": product.price.currency,
        "status": product.status.value,
        "version": product.version,
    }


def _kept(
    product_id: ProductId, key: str, quantity: int, level: StockLevel
) -> dict[str, str | int | bool | None]:
    return {
        "product_id": product_id,
        "key": key,
        "quantity": quantity,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
    }
