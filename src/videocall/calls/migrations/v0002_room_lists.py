"""Indexes by which each list of rooms is one range, and a sweep sees only what is left to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "calls_0002"
down_revision: str | None = "calls_0001"

_OPEN, _ENDED = "ended_at IS NULL", "ended_at IS NOT NULL"
_LEFT = "ended_at IS NOT NULL AND NOT media_closed"
_PARTS = {
    "ix_rooms_open": (["id"], _OPEN),
    "ix_rooms_ended": (["id"], _ENDED),
    "ix_rooms_host_open": (["host_id", "id"], _OPEN),
    "ix_rooms_host_ended": (["host_id", "id"], _ENDED),
    "ix_rooms_media_left": (["ended_at"], _LEFT),
}


def upgrade() -> None:
    """Add them, and copy to each invitation whether its room is open."""
    op.drop_index("ix_rooms_host_id", "rooms")
    op.drop_index("ix_rooms_ended_at", "rooms")
    op.create_index("ix_rooms_host_id", "rooms", ["host_id", "id"])
    for name, (columns, where) in _PARTS.items():
        condition = sa.text(where)
        op.create_index(name, "rooms", columns, postgresql_where=condition, sqlite_where=condition)
    op.add_column(
        "invitations",
        sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    op.execute(
        "UPDATE invitations SET is_open = false"
        " WHERE room_id IN (SELECT id FROM rooms WHERE ended_at IS NOT NULL)"
    )
    op.drop_index("ix_invitations_email_key", "invitations")
    op.create_index("ix_invitations_email_key", "invitations", ["email_key", "room_id"])
    op.create_index("ix_invitations_is_open", "invitations", ["email_key", "is_open", "room_id"])


def downgrade() -> None:
    """Back to the indexes of the first version."""
    op.drop_index("ix_invitations_is_open", "invitations")
    op.drop_index("ix_invitations_email_key", "invitations")
    op.create_index("ix_invitations_email_key", "invitations", ["email_key"])
    op.drop_column("invitations", "is_open")
    for name in ("ix_rooms_host_id", *_PARTS):
        op.drop_index(name, "rooms")
    op.create_index("ix_rooms_host_id", "rooms", ["host_id"])
    op.create_index("ix_rooms_ended_at", "rooms", ["ended_at"])
