"""Payments, refunds, checkouts and what providers told us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import JsonDocument, UtcDateTime

revision = "billing_0003"
down_revision: str | None = "billing_0002"

_TABLES = (
    "sales",
    "payment_methods",
    "provider_events",
    "stock_tasks",
    "checkouts",
    "refunds",
    "payments",
)


def upgrade() -> None:
    """Create the tables."""
    _create_payments()
    _create_refunds()
    _create_checkouts()
    _create_stock_tasks()
    _create_provider_events()
    _create_payment_methods()
    _create_sales()


def downgrade() -> None:
    """Remove the tables."""
    for table in _TABLES:
        op.drop_table(table)


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("invoice_id", sa.String(36), sa.ForeignKey("invoices.id")),
        sa.Column("customer_id", sa.String(36), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("applied", sa.BigInteger, nullable=False),
        sa.Column("refunded", sa.BigInteger, nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("source", sa.String(255)),
        sa.Column("return_url", sa.String(2000)),
        sa.Column("failure_code", sa.String(100)),
        sa.Column("failure_message", sa.Text),
        sa.Column("next_action", JsonDocument),
        sa.Column("provider_reference", sa.String(255)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("succeeded_at", UtcDateTime),
        sa.Column("next_at", UtcDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_payments_invoice_id", "payments", ["invoice_id", "id"])
    op.create_index("ix_payments_state", "payments", ["state", "id"])
    op.create_index("ix_payments_method", "payments", ["method", "id"])
    op.create_index("ix_payments_state_method", "payments", ["state", "method", "id"])
    _create_top_up_index("ix_payments_top_ups", ["id"])
    op.create_index("ix_payments_customer_id", "payments", ["customer_id", "id"])
    op.create_index("ix_payments_customer_state", "payments", ["customer_id", "state", "id"])
    op.create_index("ix_payments_customer_method", "payments", ["customer_id", "method", "id"])
    _create_top_up_index("ix_payments_customer_top_ups", ["customer_id", "id"])
    op.create_index("ix_payments_provider_reference", "payments", ["provider_reference"])
    op.create_index("ix_payments_next_at", "payments", ["next_at"])


def _create_top_up_index(name: str, columns: list[str]) -> None:
    where = sa.text("purpose = 'top_up'")
    op.create_index(name, "payments", columns, postgresql_where=where, sqlite_where=where)


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("payment_id", sa.String(36), sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("invoice_id", sa.String(36), sa.ForeignKey("invoices.id")),
        sa.Column("credit_note_id", sa.String(36)),
        sa.Column("customer_id", sa.String(36), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("failure_code", sa.String(100)),
        sa.Column("failure_message", sa.Text),
        sa.Column("provider_reference", sa.String(255)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("next_at", UtcDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_refunds_payment_id", "refunds", ["payment_id"])
    op.create_index("ix_refunds_invoice_id", "refunds", ["invoice_id"])
    op.create_index("ix_refunds_credit_note_id", "refunds", ["credit_note_id"])
    op.create_index("ix_refunds_state", "refunds", ["state", "id"])
    op.create_index("ix_refunds_next_at", "refunds", ["next_at"])


def _create_checkouts() -> None:
    op.create_table(
        "checkouts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("customer_id", sa.String(36), nullable=False),
        # Given before the invoice is there, so that every step knows its id: no foreign key.
        sa.Column("invoice_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("closing_as", sa.String(16)),
        sa.Column("items", JsonDocument, nullable=False),
        sa.Column("expected", sa.BigInteger),
        sa.Column("language", sa.String(8)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("invoice_id"),
    )
    op.create_index("ix_checkouts_customer_id", "checkouts", ["customer_id", "id"])
    op.create_index("ix_checkouts_next_at", "checkouts", ["next_at"])


def _create_stock_tasks() -> None:
    op.create_table(
        "stock_tasks",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("invoice_id", sa.String(36), sa.ForeignKey("invoices.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("items", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(100)),
    )
    op.create_index("ix_stock_tasks_invoice_id", "stock_tasks", ["invoice_id"])
    op.create_index("ix_stock_tasks_next_at", "stock_tasks", ["next_at"])


def _create_provider_events() -> None:
    op.create_table(
        "provider_events",
        sa.Column("method", sa.String(16), primary_key=True),
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("handled_at", UtcDateTime),
    )
    op.create_index("ix_provider_events_received_at", "provider_events", ["received_at"])


def _create_payment_methods() -> None:
    op.create_table(
        "payment_methods",
        sa.Column("method", sa.String(16), primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("instructions", sa.Text, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )


def _create_sales() -> None:
    op.create_table(
        "sales",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("invoice_id", sa.String(36), sa.ForeignKey("invoices.id"), nullable=False),
        sa.Column("product_id", sa.String(36), nullable=False),
        sa.Column("host_id", sa.String(36), nullable=False),
        sa.Column("customer_id", sa.String(36), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("quantity", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.Column("credited", sa.BigInteger, nullable=False),
        sa.Column("sold_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_sales_host_id", "sales", ["host_id", "sold_at", "id"])
    op.create_index("ix_sales_product_id", "sales", ["product_id", "sold_at", "id"])
    op.create_index("ix_sales_sold_at", "sales", ["sold_at", "id"])
    op.create_index("ix_sales_invoice_id", "sales", ["invoice_id"])
