"""Wallets: cached balances, holds and movements; the truth is their event stream."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from videocall.billing.tables.base import metadata
from videocall.core.db.types import UtcDateTime

wallets = Table(
    "wallets",
    metadata,
    Column("customer_id", String(36), primary_key=True),
    Column("unit", String(8), primary_key=True),
    Column("balance", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # The last guard against an overdraft, whatever the code above it does.
    CheckConstraint("held >= 0 AND held <= balance", name="ck_wallets_never_negative"),
)

wallet_holds = Table(
    "wallet_holds",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("customer_id", String(36), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("rest", BigInteger, nullable=False),
    Column("captured", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reference_type", String(32), nullable=False),
    Column("reference_id", String(100), nullable=False),
    Column("reference_number", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["customer_id", "unit"], ["wallets.customer_id", "wallets.unit"]),
    Index("ix_wallet_holds_customer_id", "customer_id", "unit", "state"),
    Index("ix_wallet_holds_until", "state", "until"),
)

wallet_entries = Table(
    "wallet_entries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("customer_id", String(36), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("missing", BigInteger, nullable=False),
    Column("hold_id", String(100)),
    Column("until", UtcDateTime),
    Column("reference_type", String(32), nullable=False),
    Column("reference_id", String(100), nullable=False),
    Column("reference_number", String(64)),
    Column("once", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["customer_id", "unit"], ["wallets.customer_id", "wallets.unit"]),
    UniqueConstraint("customer_id", "unit", "version", name="uq_wallet_entries_version"),
    UniqueConstraint("customer_id", "unit", "kind", "once", name="uq_wallet_entries_once"),
    Index("ix_wallet_entries_created_at", "customer_id", "unit", "created_at", "version"),
)
