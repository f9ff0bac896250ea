"""Products, categories, stock and its reservations."""

from __future__ import annotations

revision = "products_0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
