"""Rooms, invitations, attendance and the receipts of webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import UtcDateTime

revision = "calls_0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("policy", sa.String(16), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("media_closed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_rooms_host_id", "rooms", ["host_id"])
    op.create_index("ix_rooms_ended_at", "rooms", ["ended_at"])
    op.create_table(
        "invitations",
        _room_id(),
        sa.Column("email_key", sa.String(254), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
    )
    op.create_index("ix_invitations_email_key", "invitations", ["email_key"])
    op.create_table(
        "stays",
        _room_id(),
        sa.Column("participant_sid", sa.String(64), primary_key=True),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(256), nullable=False),
        sa.Column("joined_at", UtcDateTime),
        sa.Column("left_at", UtcDateTime),
    )
    op.create_table(
        "media_sessions",
        _room_id(),
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("finished_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "webhook_receipts",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_webhook_receipts_received_at", "webhook_receipts", ["received_at"])


def downgrade() -> None:
    """Remove the tables."""
    for table in ("webhook_receipts", "media_sessions", "stays", "invitations", "rooms"):
        op.drop_table(table)


def _room_id() -> sa.Column[str]:
    return sa.Column(
        "room_id",
        sa.String(36),
        sa.ForeignKey("rooms.id", ondelete="CASCADE"),
        primary_key=True,
    )
