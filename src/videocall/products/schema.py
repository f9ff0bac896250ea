"""Shapes of the products API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from videocall.core.errors import FieldError
from videocall.core.http.amounts import WireAmount, amount_rule, currency_errors
from videocall.core.paging import Page
from videocall.products.interfaces import (
    MovementView,
    NewProduct,
    ProductChange,
    ProductView,
    Removal,
)
from videocall.products.model.categories import CategoryNode, category_name_errors
from videocall.products.model.products import (
    CategoryId,
    ProductKind,
    ProductStatus,
    TaxClass,
    description_errors,
    product_name_errors,
    sku_errors,
    stock_errors,
)
from videocall.products.model.stock import MovementReason, StockLevel

# Bounds here only keep nonsense away from the service, which knows the rules of each field.
ProductName = Annotated[str, Meta(min_length=1, max_length=500, examples=["Piano lesson"])]
Description = Annotated[str, Meta(max_length=20_000, examples=["One hour, any level."])]
Sku = Annotated[str, Meta(min_length=1, max_length=200, examples=["PIANO-60"])]
Currency = Annotated[str, Meta(min_length=3, max_length=3, examples=["USD"])]
Minutes = Annotated[int, Meta(description="Of the kind minutes: how many are bought")]
StockCount = Annotated[int, Meta(description="Pieces on hand; null: without limit", examples=[10])]
CategoryKey = Annotated[str, Meta(min_length=1, max_length=36)]
CategoryTitle = Annotated[str, Meta(min_length=1, max_length=500, examples=["Music"])]

FieldRules = Mapping[str, Callable[[object], list[FieldError]]]


def _texts(rule: Callable[[str], list[FieldError]]) -> Callable[[object], list[FieldError]]:
    return lambda value: rule(value) if isinstance(value, str) else []


PRODUCT_RULES: FieldRules = {
    "name": _texts(product_name_errors),
    "price": amount_rule("price"),
    "description": _texts(description_errors),
    "sku": _texts(sku_errors),
    "currency": _texts(lambda value: currency_errors("currency", value)),
    "stock": lambda value: stock_errors(value) if isinstance(value, int) else [],
}


class CategoryRef(msgspec.Struct, frozen=True):
    """The category of a product."""

    id: str
    name: str


class OwnerBody(msgspec.Struct, frozen=True):
    """Who offers a product, or wrote something down."""

    id: str
    name: str


class Availability(msgspec.Struct, frozen=True):
    """Pieces that can be bought; `available` null: without limit."""

    limited: bool
    available: int | None


class ProductBody(msgspec.Struct, frozen=True):
    """A product; `price` in major units, `version` grows with every edit."""

    id: str
    name: str
    description: str
    kind: ProductKind
    sku: str
    price: Annotated[str, Meta(examples=["99.99"])]
    currency: str
    category: CategoryRef | None
    tax_class: TaxClass
    minutes: int | None
    stock: Availability
    status: ProductStatus
    host: OwnerBody
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, view: ProductView) -> ProductBody:
        """The product as the API shows it."""
        product = view.product
        category = view.category
        return cls(
            product.id,
            product.name,
            product.description,
            product.kind,
            product.sku,
            product.price.to_wire(),
            product.price.currency,
            CategoryRef(category.id, category.name) if category is not None else None,
            product.tax_class,
            product.minutes,
            Availability(product.on_hand is not None, product.available),
            product.status,
            OwnerBody(product.host_id, view.host_name),
            product.created_at,
            product.updated_at,
            product.version,
        )


class ProductPage(msgspec.Struct, frozen=True):
    """Some products in the order asked for."""

    items: list[ProductBody]
    next_cursor: str | None
    page: int | None
    has_more: bool

    @classmethod
    def of(cls, page: Page[ProductView]) -> ProductPage:
        """The page as the API shows it."""
        items = [ProductBody.of(view) for view in page.items]
        return cls(items, page.next_cursor, page.page, page.has_more)


class NewProductBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new product; all but name and price have a default."""

    name: ProductName
    price: WireAmount
    description: Description = ""
    kind: ProductKind = ProductKind.SESSION
    sku: Sku | None = None
    currency: Currency | None = None
    category_id: CategoryKey | None = None
    tax_class: TaxClass = TaxClass.STANDARD
    minutes: Minutes | None = None
    stock: StockCount | None = None

    FIELD_RULES: ClassVar[FieldRules] = PRODUCT_RULES

    def new(self) -> NewProduct:
        """As the service takes it."""
        return NewProduct(
            name=self.name,
            price=self.price,
            description=self.description,
            kind=self.kind,
            sku=self.sku,
            currency=self.currency,
            category_id=CategoryId(self.category_id) if self.category_id else None,
            tax_class=self.tax_class,
            minutes=self.minutes,
            stock=self.stock,
        )


class ProductChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a product; what is left out stays."""

    name: ProductName | UnsetType = UNSET
    price: WireAmount | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: ProductKind | UnsetType = UNSET
    sku: Sku | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    category_id: CategoryKey | UnsetType | None = UNSET
    tax_class: TaxClass | UnsetType = UNSET
    minutes: Minutes | UnsetType | None = UNSET
    stock: StockCount | UnsetType | None = UNSET
    status: ProductStatus | UnsetType = UNSET

    FIELD_RULES: ClassVar[FieldRules] = PRODUCT_RULES

    def change(self) -> ProductChange:
        """As the service takes it."""
        category = self.category_id
        return ProductChange(
            name=self.name,
            price=self.price,
            description=self.description,
            kind=self.kind,
            sku=self.sku,
            currency=self.currency,
            category_id=CategoryId(category) if isinstance(category, str) else category,
            tax_class=self.tax_class,
            minutes=self.minutes,
            stock=self.stock,
            status=self.status,
        )


class RemovalBody(msgspec.Struct, frozen=True):
    """What became of the product: archived when it was sold before."""

    outcome: Removal


class StockBody(msgspec.Struct, frozen=True):
    """Pieces of a product; null: without limit."""

    limited: bool
    on_hand: int | None
    reserved: int
    available: int | None

    @classmethod
    def of(cls, level: StockLevel) -> StockBody:
        """The level as the API shows it."""
        return cls(level.on_hand is not None, level.on_hand, level.reserved, level.available)


class MovementBody(msgspec.Struct, frozen=True):
    """Pieces that came (positive) or went; `balance` is on hand afterwards."""

    id: str
    quantity: int
    reason: MovementReason
    note: str
    balance: int | None
    reference: str | None
    actor: OwnerBody | None
    created_at: datetime

    @classmethod
    def of(cls, view: MovementView) -> MovementBody:
        """The movement as the API shows it."""
        movement = view.movement
        actor = movement.actor_id
        return cls(
            movement.id,
            movement.quantity,
            movement.reason,
            movement.note,
            movement.balance,
            movement.reference,
            OwnerBody(actor, view.actor_name or "") if actor is not None else None,
            movement.created_at,
        )


class MovementPage(msgspec.Struct, frozen=True):
    """Some movements, newest first."""

    items: list[MovementBody]
    next_cursor: str | None
    page: int | None
    has_more: bool


class NewMovementBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces that came (positive) or went (negative)."""

    quantity: Annotated[int, Meta(examples=[10, -1])]
    reason: Literal["received", "counted", "damaged", "returned", "corrected"]
    note: Annotated[str, Meta(max_length=1000)] = ""


class CategoryBody(msgspec.Struct, frozen=True):
    """A category and those below it."""

    id: str
    name: str
    parent_id: str | None
    position: int
    children: list[CategoryBody]

    @classmethod
    def of(cls, node: CategoryNode) -> CategoryBody:
        """The category as the API shows it."""
        item = node.category
        children = [cls.of(child) for child in node.children]
        return cls(item.id, item.name, item.parent_id, item.position, children)


class CategoryTreeBody(msgspec.Struct, frozen=True):
    """All categories: those at the top, with all that is below."""

    items: list[CategoryBody]


class NewCategoryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new category."""

    name: CategoryTitle
    parent_id: CategoryKey | None = None

    FIELD_RULES: ClassVar[FieldRules] = {"name": _texts(category_name_errors)}


class CategoryChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another name, or another place in the tree (null: at the top)."""

    name: CategoryTitle | UnsetType = UNSET
    parent_id: CategoryKey | UnsetType | None = UNSET

    FIELD_RULES: ClassVar[FieldRules] = {"name": _texts(category_name_errors)}


def price_of(value: str | None) -> Decimal | None:
    """A price in a query, exactly; what is no number is one that nothing accepts."""
    if value is None:
        return None
    try:
        return Decimal(value)
    except ArithmeticError:
        return Decimal("NaN")
