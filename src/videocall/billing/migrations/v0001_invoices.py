"""Invoices, their lines and taxes, credit notes, number series, and the seller."""

from __future__ import annotations

revision = "billing_0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
