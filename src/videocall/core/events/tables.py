"""The events table."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, UniqueConstraint

from videocall.core.db.types import BigIdentity, JsonDocument, UtcDateTime

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("position", BigIdentity, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("stream", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(100), nullable=False),
    Column("data", JsonDocument, nullable=False),
    Column("actor", String(36)),
    Column("request_id", String(128)),
    Column("occurred_at", UtcDateTime, nullable=False),
    UniqueConstraint("stream", "version", name="uq_events_stream_version"),
    Index("ix_events_type", "type"),
    sqlite_autoincrement=True,
)
