"""Tables of the products domain."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from videocall.core.db.types import UtcDateTime

metadata = MetaData()

IN_STOCK = "stock_on_hand IS NULL OR stock_on_hand > stock_reserved"
"""What the indexes of products in stock say; queries say the same, so that they are used."""


def binary(length: int) -> String:
    """Text that sorts by its code points on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


categories = Table(
    "product_categories",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("parent_id", String(36), ForeignKey("product_categories.id")),
    Column("position", Integer, nullable=False),
    Index("ix_product_categories_parent_id", "parent_id"),
)

products = Table(
    "products",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("name_key", binary(60), nullable=False),
    Column("description", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sku", String(64), nullable=False, unique=True),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("category_id", String(36), ForeignKey("product_categories.id")),
    Column("tax_class", String(16), nullable=False),
    Column("minutes", Integer),
    Column("status", String(16), nullable=False),
    Column("host_id", String(36), nullable=False),
    Column("stock_on_hand", Integer),
    Column("stock_reserved", Integer, nullable=False),
    Column("was_sold", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("price_minor >= 0", name="ck_products_price"),
    CheckConstraint(
        "stock_reserved >= 0 AND (stock_on_hand IS NULL OR stock_on_hand >= stock_reserved)",
        name="ck_products_stock",
    ),
    # Found by id from a list of terms: one page each instead of a descent (decision 0011).
    Index("ix_products_id_hash", "id", postgresql_using="hash"),
    Index("ix_products_category_id", "category_id"),
    *(
        Index(f"ix_products_{name}{suffix}", *columns, *key, "id")
        for name, columns in (
            ("status", ("status",)),
            ("kind", ("status", "kind")),
            ("host", ("host_id", "status")),
            ("currency", ("status", "currency")),
        )
        for suffix, key in (("", ()), ("_name", ("name_key",)), ("_price", ("price_minor",)))
    ),
    *(
        Index(
            f"ix_products_in_stock{suffix}",
            "status",
            *key,
            "id",
            postgresql_where=text(IN_STOCK),
            sqlite_where=text(IN_STOCK),
        )
        for suffix, key in (("", ()), ("_name", ("name_key",)), ("_price", ("price_minor",)))
    ),
)

terms = Table(
    "product_terms",
    metadata,
    Column("term", binary(40), primary_key=True),
    Column(
        "product_id", String(36), ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("name_key", binary(60), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Index("ix_product_terms_product_id", "product_id"),
    Index("ix_product_terms_name", "term", "name_key", "product_id"),
    Index("ix_product_terms_price", "term", "price_minor", "product_id"),
)

movements = Table(
    "stock_movements",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("product_id", String(36), ForeignKey("products.id", ondelete="CASCADE"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("note", String(200), nullable=False),
    Column("balance", Integer),
    Column("reference", String(100)),
    Column("actor_id", String(36)),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_stock_movements_product_id", "product_id", "id"),
)

reservations = Table(
    "stock_reservations",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_stock_reservations_state", "state", "until"),
)

reservation_lines = Table(
    "stock_reservation_lines",
    metadata,
    Column(
        "key",
        String(100),
        ForeignKey("stock_reservations.key", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "product_id", String(36), ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("quantity", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    CheckConstraint(
        "quantity > 0 AND returned >= 0 AND returned <= quantity",
        name="ck_stock_reservation_lines",
    ),
    Index("ix_stock_reservation_lines_product_id", "product_id"),
)

returns = Table(
    "stock_returns",
    metadata,
    Column("return_key", String(100), primary_key=True),
    Column(
        "key",
        String(100),
        ForeignKey("stock_reservations.key", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_stock_returns_key", "key"),
)
