"""The events table, append-only by trigger on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import BigIdentity, JsonDocument, UtcDateTime

revision = "events_0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the table and refuse updates and deletes."""
    op.create_table(
        "events",
        sa.Column("position", BigIdentity, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("stream", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("data", JsonDocument, nullable=False),
        sa.Column("actor", sa.String(36)),
        sa.Column("request_id", sa.String(128)),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("stream", "version", name="uq_events_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_type", "events", ["type"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events "
                "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_append_only()"
    )


def downgrade() -> None:
    """Remove the table; its triggers go with it."""
    op.drop_table("events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION events_append_only()")
