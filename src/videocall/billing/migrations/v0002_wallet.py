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
    op.create_table(
        "wallets",
        sa.Column("customer_id", sa.String(36), primary_key=True),
        sa.Column("unit", sa.String(8), primary_key=True),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("held >= 0 AND held <= balance", name="ck_wallets_never_negative"),
    )
    _create_holds()
    _create_entries()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("wallet_entries", "wallet_holds", "wallets", "idempotency_claims"):
        op.drop_table(table)


def _create_holds() -> None:
    op.create_table(
        "wallet_holds",
        sa.Column("id", sa.String(100), primary_key=True),
        *_wallet_of(),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("rest", sa.BigInteger, nullable=False),
        sa.Column("captured", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        *_reference(),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _to_wallet(),
    )
    op.create_index("ix_wallet_holds_customer_id", "wallet_holds", ["customer_id", "unit", "state"])
    op.create_index("ix_wallet_holds_until", "wallet_holds", ["state", "until"])


def _create_entries() -> None:
    op.create_table(
        "wallet_entries",
        sa.Column("id", sa.String(36), primary_key=True),
        *_wallet_of(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("available", sa.BigInteger, nullable=False),
        sa.Column("missing", sa.BigInteger, nullable=False),
        sa.Column("hold_id", sa.String(100)),
        sa.Column("until", UtcDateTime),
        *_reference(),
        sa.Column("once", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _to_wallet(),
        sa.UniqueConstraint("customer_id", "unit", "version", name="uq_wallet_entries_version"),
        sa.UniqueConstraint("customer_id", "unit", "kind", "once", name="uq_wallet_entries_once"),
    )
    op.create_index(
        "ix_wallet_entries_created_at",
        "wallet_entries",
        ["customer_id", "unit", "created_at", "version"],
    )


def _wallet_of() -> list[sa.Column[str]]:
    return [
        sa.Column("customer_id", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
    ]


def _reference() -> list[sa.Column[str]]:
    return [
        sa.Column("reference_type", sa.String(32), nullable=False),
        sa.Column("reference_id", sa.String(100), nullable=False),
        sa.Column("reference_number", sa.String(64)),
    ]


def _to_wallet() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["customer_id", "unit"], ["wallets.customer_id", "wallets.unit"])
