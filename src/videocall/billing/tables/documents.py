"""E-mails about documents, on their way."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from videocall.billing.tables.base import metadata
from videocall.core.db.types import UtcDateTime

billing_messages = Table(
    "billing_messages",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("document_id", String(36), nullable=False),
    Column("customer_id", String(36), nullable=False),
    Column("step", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("failure", Text),
    UniqueConstraint("key", name="uq_billing_messages_key"),
    Index("ix_billing_messages_next_at", "next_at"),
    Index("ix_billing_messages_document_id", "document_id"),
)
