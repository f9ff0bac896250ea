"""Claims of idempotency keys, with the answers kept for repeats."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from videocall.billing.tables.base import metadata
from videocall.core.db.types import JsonDocument, UtcDateTime

idempotency_claims = Table(
    "idempotency_claims",
    metadata,
    Column("owner_id", String(36), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("command_id", String(36), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("headers", JsonDocument),
    Column("body", LargeBinary),
    Index("ix_idempotency_claims_expires_at", "expires_at"),
)
