"""Wallets: cached balances, holds; and claims of idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import JsonDocument, UtcDateTime

revision = "billing_0002"
down_revision: str | None = "billing_0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "idempotency_claims",
        sa.Column("owner_id", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("command_id", sa.String(36), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_until", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", JsonDocument),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_index("ix_idempotency_claims_expires_at", "idempotency_claims", ["expires_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("idempotency_claims")
