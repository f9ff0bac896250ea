"""What can be sold, and the rules of its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from videocall.core.access import Actor, UserId
from videocall.core.errors import FieldError
from videocall.core.money import Money

ProductId = NewType("ProductId", str)
CategoryId = NewType("CategoryId", str)

MAX_NAME_CHARACTERS = 120
MAX_DESCRIPTION_CHARACTERS = 5000
MAX_SKU_CHARACTERS = 64
MAX_STOCK = 1_000_000_000
MAX_MINUTES = 1_000_000

_SKU = re.compile(r"[A-Z0-9](?:[A-Z0-9._/-]*[A-Z0-9])?")


class ProductKind(StrEnum):
    """Goods have stock, a session is a seat in a call, minutes are prepaid credit for calls."""

    GOODS = "goods"
    SESSION = "session"
    MINUTES = "minutes"


class TaxClass(StrEnum):
    """Which taxes apply is decided by billing; the product says only how it is classed."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"


class ProductStatus(StrEnum):
    """Archived products are not for sale any more; who bought them keeps them."""

    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Product:
    """A product. ``on_hand`` None: without limit; ``minutes`` only for the kind minutes."""

    id: ProductId
    name: str
    description: str
    kind: ProductKind
    sku: str
    price: Money
    category_id: CategoryId | None
    tax_class: TaxClass
    minutes: int | None
    status: ProductStatus
    host_id: UserId
    on_hand: int | None
    reserved: int
    was_sold: bool
    created_at: datetime
    updated_at: datetime
    version: int  # grows with every edit, not with sales

    @property
    def available(self) -> int | None:
        """Pieces that can be reserved; None: without limit."""
        return None if self.on_hand is None else max(0, self.on_hand - self.reserved)

    @property
    def is_active(self) -> bool:
        """Whether it is for sale."""
        return self.status is ProductStatus.ACTIVE

    def is_managed_by(self, actor: Actor) -> bool:
        """Its host and administrators change it."""
        return actor.is_admin or (actor.may_host and actor.user_id == self.host_id)

    def is_visible_to(self, actor: Actor | None) -> bool:
        """Everybody sees what is for sale; its owner and administrators also the archive."""
        if self.is_active:
            return True
        return actor is not None and (actor.is_admin or actor.user_id == self.host_id)


def product_name_errors(name: str) -> list[FieldError]:
    """What is wrong with a name of a product."""
    stripped = name.strip()
    if not stripped:
        return [FieldError("name", "too_short", "A name has at least one character.")]
    if len(stripped) > MAX_NAME_CHARACTERS:
        return [FieldError("name", "too_long", f"At most {MAX_NAME_CHARACTERS} characters.")]
    if not stripped.isprintable():
        return [FieldError("name", "format", "A name has no control characters.")]
    return []


def description_errors(description: str) -> list[FieldError]:
    """What is wrong with a description: line breaks are fine, other control characters not."""
    if len(description) > MAX_DESCRIPTION_CHARACTERS:
        words = f"At most {MAX_DESCRIPTION_CHARACTERS} characters."
        return [FieldError("description", "too_long", words)]
    if not all(sign.isprintable() or sign in "\n\r\t" for sign in description):
        return [FieldError("description", "format", "A description has no control characters.")]
    return []


def normalise_sku(sku: str) -> str:
    """Upper case and no space around: so two that look the same are the same."""
    return sku.strip().upper()


def sku_errors(sku: str) -> list[FieldError]:
    """What is wrong with a stock keeping unit."""
    normalised = normalise_sku(sku)
    if len(normalised) > MAX_SKU_CHARACTERS:
        return [FieldError("sku", "too_long", f"At most {MAX_SKU_CHARACTERS} characters.")]
    if not _SKU.fullmatch(normalised):
        words = "Letters and digits without accents; . _ / and - between them."
        return [FieldError("sku", "format", words)]
    return []


def minutes_errors(kind: ProductKind, minutes: int | None) -> list[FieldError]:
    """A pack of minutes says how many; nothing else has any."""
    if kind is not ProductKind.MINUTES:
        if minutes is None:
            return []
        return [FieldError("minutes", "conflict", "Only the kind minutes has minutes.")]
    if minutes is None:
        return [FieldError("minutes", "missing", "A pack of minutes says how many.")]
    if not 1 <= minutes <= MAX_MINUTES:
        return [FieldError("minutes", "out_of_range", f"From 1 to {MAX_MINUTES}.")]
    return []


def stock_errors(stock: int | None) -> list[FieldError]:
    """What is wrong with a number of pieces; None is without limit."""
    if stock is not None and not 0 <= stock <= MAX_STOCK:
        return [FieldError("stock", "out_of_range", f"From 0 to {MAX_STOCK}.")]
    return []
