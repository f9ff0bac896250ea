"""E-mails about documents, on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import UtcDateTime

revision = "billing_0004"
down_revision: str | None = "billing_0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "billing_messages",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(36), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("failure", sa.Text),
        sa.UniqueConstraint("key", name="uq_billing_messages_key"),
    )
    op.create_index("ix_billing_messages_next_at", "billing_messages", ["next_at"])
    op.create_index("ix_billing_messages_document_id", "billing_messages", ["document_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("billing_messages")
