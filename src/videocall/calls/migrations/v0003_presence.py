"""When each participant was last seen alive, and an index of those who are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import UtcDateTime

revision = "calls_0003"
down_revision: str | None = "calls_0002"


def upgrade() -> None:
    """Add the moments; who is there follows from what is known of the end."""
    op.add_column("stays", sa.Column("lost_at", UtcDateTime))
    op.add_column("stays", sa.Column("confirmed_at", UtcDateTime))
    op.add_column(
        "stays", sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.execute(
        "UPDATE stays SET is_open = false WHERE left_at IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM media_sessions WHERE media_sessions.room_id = stays.room_id"
        " AND media_sessions.session = stays.session)"
    )
    condition = sa.text("is_open")
    op.create_index(
        "ix_stays_open",
        "stays",
        ["room_id", "participant_sid"],
        postgresql_where=condition,
        sqlite_where=condition,
    )


def downgrade() -> None:
    """Back to what webhooks alone tell."""
    op.drop_index("ix_stays_open", "stays")
    for name in ("is_open", "confirmed_at", "lost_at"):
        op.drop_column("stays", name)
