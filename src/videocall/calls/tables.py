"""Tables of the calls domain; people are ids of the users domain, without foreign keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, MetaData, String, Table

from videocall.core.db.types import UtcDateTime

metadata = MetaData()

rooms = Table(
    "rooms",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("policy", String(16), nullable=False),
    Column("host_id", String(36), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("media_closed", Boolean, nullable=False),
    Index("ix_rooms_host_id", "host_id"),
    Index("ix_rooms_ended_at", "ended_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("room_id", String(36), ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("email_key", String(254), primary_key=True),
    Column("email", String(254), nullable=False),
    Index("ix_invitations_email_key", "email_key"),
)

stays = Table(
    "stays",
    metadata,
    Column("room_id", String(36), ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("participant_sid", String(64), primary_key=True),
    Column("session", String(64), nullable=False),
    Column("identity", String(256), nullable=False),
    Column("joined_at", UtcDateTime),
    Column("left_at", UtcDateTime),
)

media_sessions = Table(
    "media_sessions",
    metadata,
    Column("room_id", String(36), ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("session", String(64), primary_key=True),
    Column("finished_at", UtcDateTime, nullable=False),
)

webhook_receipts = Table(
    "webhook_receipts",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Index("ix_webhook_receipts_received_at", "received_at"),
)
