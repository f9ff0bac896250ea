"""Products, categories, stock and its reservations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import UtcDateTime

revision = "products_0001"
down_revision: str | None = None

_IN_STOCK = sa.text("stock_on_hand IS NULL OR stock_on_hand > stock_reserved")
_SORTS: tuple[tuple[str, list[str]], ...] = (
    ("", []),
    ("_name", ["name_key"]),
    ("_price", ["price_minor"]),
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "product_categories",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("parent_id", sa.String(36), sa.ForeignKey("product_categories.id")),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_product_categories_parent_id", "product_categories", ["parent_id"])
    _products()
    _terms()
    _stock()
    _reservations()


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "stock_returns",
        "stock_reservation_lines",
        "stock_reservations",
        "stock_movements",
        "product_terms",
        "products",
        "product_categories",
    ):
        op.drop_table(table)


def _binary(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _product_id(*, is_key: bool) -> sa.Column[str]:
    return sa.Column(
        "product_id",
        sa.String(36),
        sa.ForeignKey("products.id", ondelete="CASCADE"),
        primary_key=is_key,
        nullable=False,
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", _binary(60), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False, unique=True),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("category_id", sa.String(36), sa.ForeignKey("product_categories.id")),
        sa.Column("tax_class", sa.String(16), nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("stock_on_hand", sa.Integer),
        sa.Column("stock_reserved", sa.Integer, nullable=False),
        sa.Column("was_sold", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("price_minor >= 0", name="ck_products_price"),
        sa.CheckConstraint(
            "stock_reserved >= 0 AND (stock_on_hand IS NULL OR stock_on_hand >= stock_reserved)",
            name="ck_products_stock",
        ),
    )
    op.create_index("ix_products_id_hash", "products", ["id"], postgresql_using="hash")
    op.create_index("ix_products_category_id", "products", ["category_id"])
    filters = {
        "status": ["status"],
        "kind": ["status", "kind"],
        "host": ["host_id", "status"],
        "currency": ["status", "currency"],
    }
    for suffix, key in _SORTS:
        for name, columns in filters.items():
            op.create_index(f"ix_products_{name}{suffix}", "products", [*columns, *key, "id"])
        op.create_index(
            f"ix_products_in_stock{suffix}",
            "products",
            ["status", *key, "id"],
            postgresql_where=_IN_STOCK,
            sqlite_where=_IN_STOCK,
        )


def _terms() -> None:
    op.create_table(
        "product_terms",
        sa.Column("term", _binary(40), primary_key=True),
        _product_id(is_key=True),
        sa.Column("name_key", _binary(60), nullable=False),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_product_terms_product_id", "product_terms", ["product_id"])
    for name, key in (("name", "name_key"), ("price", "price_minor")):
        op.create_index(f"ix_product_terms_{name}", "product_terms", ["term", key, "product_id"])


def _stock() -> None:
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.String(36), primary_key=True),
        _product_id(is_key=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("balance", sa.Integer),
        sa.Column("reference", sa.String(100)),
        sa.Column("actor_id", sa.String(36)),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_stock_movements_product_id", "stock_movements", ["product_id", "id"])


def _reservations() -> None:
    op.create_table(
        "stock_reservations",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_stock_reservations_state", "stock_reservations", ["state", "until"])
    op.create_table(
        "stock_reservation_lines",
        _key(is_key=True),
        _product_id(is_key=True),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("returned", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "quantity > 0 AND returned >= 0 AND returned <= quantity",
            name="ck_stock_reservation_lines",
        ),
    )
    op.create_index(
        "ix_stock_reservation_lines_product_id", "stock_reservation_lines", ["product_id"]
    )
    op.create_table(
        "stock_returns",
        sa.Column("return_key", sa.String(100), primary_key=True),
        _key(is_key=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_stock_returns_key", "stock_returns", ["key"])


def _key(*, is_key: bool) -> sa.Column[str]:
    return sa.Column(
        "key",
        sa.String(100),
        sa.ForeignKey("stock_reservations.key", ondelete="CASCADE"),
        primary_key=is_key,
        nullable=False,
    )
