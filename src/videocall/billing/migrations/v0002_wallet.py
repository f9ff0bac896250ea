"""Wallets: cached balances, holds; and claims of idempotency keys."""

from __future__ import annotations

revision = "billing_0002"
down_revision: str | None = "billing_0001"


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
