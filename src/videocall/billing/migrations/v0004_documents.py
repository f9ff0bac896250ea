"""E-mails about documents, on their way."""

from __future__ import annotations

revision = "billing_0004"
down_revision: str | None = "billing_0003"


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
