"""Tables of the users domain."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table

from videocall.core.db.types import UtcDateTime

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("locale", String(8), nullable=False),
    Column("password_hash", String(72), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_users_role", "role"),
    # Found by id from a list of terms: one page each instead of a descent (decision 0011).
    Index("ix_users_id_hash", "id", postgresql_using="hash"),
)

terms = Table(
    "user_terms",
    metadata,
    Column(
        "term",
        String(24).with_variant(String(24, collation="C"), "postgresql"),
        primary_key=True,
    ),
    Column("user_id", String(36), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_user_terms_user_id", "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index("ix_sessions_user_id", "user_id"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("session_id", String(36), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_refresh_tokens_session_id", "session_id"),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)
