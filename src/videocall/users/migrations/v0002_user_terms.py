"""The terms that find an account, made for those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.users.model import account_terms

revision = "users_0002"
down_revision: str | None = "users_0001"

_TERM = sa.String(24).with_variant(sa.String(24, collation="C"), "postgresql")
_BATCH = 500


def upgrade() -> None:
    """Create the table and fill it."""
    op.create_index("ix_users_id_hash", "users", ["id"], postgresql_using="hash")
    terms = op.create_table(
        "user_terms",
        sa.Column("term", _TERM, primary_key=True),
        sa.Column(
            "user_id",
            sa.String(36),
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
    )
    op.create_index("ix_user_terms_user_id", "user_terms", ["user_id"])
    connection = op.get_bind()
    users = sa.table("users", sa.column("id"), sa.column("name"), sa.column("email"))
    last = ""
    while True:
        query = sa.select(users).where(users.c.id > last).order_by(users.c.id).limit(_BATCH)
        found = connection.execute(query).all()
        if not found:
            return
        rows = [
            {"term": term, "user_id": user_id}
            for user_id, name, email in found
            for term in account_terms(name, email)
        ]
        connection.execute(sa.insert(terms), rows)
        last = found[-1][0]


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("user_terms")
    op.drop_index("ix_users_id_hash", "users")
