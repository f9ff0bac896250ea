"""Tables of the calls domain; people are ids of the users domain, without foreign keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, MetaData, String, Table, text, true

from videocall.core.db.types import UtcDateTime

metadata = MetaData()

MEDIA_LEFT = "ended_at IS NOT NULL AND NOT media_closed"
"""What the index of rooms to close says; the sweeper says the same, so that it is used."""

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
    Index("ix_rooms_host_id", "host_id", "id"),
    *(
        Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))
        for name, columns, where in (
            ("ix_rooms_open", ("id",), "ended_at IS NULL"),
            ("ix_rooms_ended", ("id",), "ended_at IS NOT NULL"),
            ("ix_rooms_host_open", ("host_id", "id"), "ended_at IS NULL"),
            ("ix_rooms_host_ended", ("host_id", "id"), "ended_at IS NOT NULL"),
            ("ix_rooms_media_left", ("ended_at",), MEDIA_LEFT),
        )
    ),
)

invitations = Table(
    "invitations",
    metadata,
    Column("room_id", String(36), ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
    Column("email_key", String(254), primary_key=True),
    Column("email", String(254), nullable=False),
    # A copy of what the room says, so that one index finds a page of somebody's open rooms.
    Column("is_open", Boolean, nullable=False, server_default=true()),
    Index("ix_invitations_email_key", "email_key", "room_id"),
    Index("ix_invitations_is_open", "email_key", "is_open", "room_id"),
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
    Column("lost_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    # A copy of what the moments and the sessions say, so that an index holds only who is there.
    Column("is_open", Boolean, nullable=False, server_default=true()),
    Index(
        "ix_stays_open",
        "room_id",
        "participant_sid",
        postgresql_where=text("is_open"),
        sqlite_where=text("is_open"),
    ),
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
