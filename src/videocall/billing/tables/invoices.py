"""Invoices, their lines and taxes, credit notes, number series, and the seller.

Amounts are minor units; rates are parts per million; quantities are thousandths. Triggers of the
migration keep what was issued as it is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from videocall.billing.tables.base import metadata
from videocall.core.db.types import JsonDocument, UtcDateTime

# Compared byte by byte, so that an index answers "begins with".
_NUMBER = String(60).with_variant(String(60, collation="C"), "postgresql")

taxes = Table(
    "taxes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("rate", Integer, nullable=False),
    Column("inclusive", Boolean, nullable=False),
    Column("tax_classes", JsonDocument, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
)

seller_logos = Table(
    "seller_logos",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("media_type", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

seller = Table(
    "seller",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("details", JsonDocument, nullable=False),
    Column("logo_id", String(64), ForeignKey("seller_logos.id")),
    Column("updated_at", UtcDateTime, nullable=False),
)

seller_snapshots = Table(
    "seller_snapshots",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("details", JsonDocument, nullable=False),
    Column("logo_id", String(64), ForeignKey("seller_logos.id")),
)

number_series = Table(
    "number_series",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)


def _head_columns() -> list[Column[Any]]:
    return [
        Column("status", String(16), nullable=False),
        Column("number", _NUMBER),
        Column("number_year", Integer),
        Column("number_count", Integer),
        Column("customer_id", String(36), nullable=False),
        Column("customer_name", String(200), nullable=False),
        Column("customer_email", String(254), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("language", String(8), nullable=False),
        Column("notes", Text, nullable=False),
        Column("source", String(16), nullable=False),
        Column("checkout_id", String(36)),
        Column("due_days", Integer),
        Column("subtotal", BigInteger, nullable=False),
        Column("tax_total", BigInteger, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("paid", BigInteger, nullable=False),
        Column("credited", BigInteger, nullable=False),
        Column("refunded", BigInteger, nullable=False),
        Column("seller_id", String(64)),
        Column("created_by", String(36)),
        Column("created_at", UtcDateTime, nullable=False),
        Column("dated_at", UtcDateTime, nullable=False),  # of the issue; a draft: of its creation
        Column("issued_at", UtcDateTime),
        Column("due_at", UtcDateTime),
        Column("paid_at", UtcDateTime),
        Column("voided_at", UtcDateTime),
        Column("status_reason", Text, nullable=False),
    ]


invoices = Table(
    "invoices",
    metadata,
    Column("id", String(36), primary_key=True),
    *_head_columns(),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("next_reminder_at", UtcDateTime),
    ForeignKeyConstraint(["seller_id"], ["seller_snapshots.id"], name="fk_invoices_seller"),
    UniqueConstraint("number", name="uq_invoices_number"),
    UniqueConstraint("number_year", "number_count", name="uq_invoices_count"),
    CheckConstraint("(status = 'draft') = (number IS NULL)", name="ck_invoices_number"),
    CheckConstraint(
        "total >= 0 AND paid >= 0 AND credited >= 0 AND refunded >= 0 AND credited <= total "
        "AND total = subtotal + tax_total",
        name="ck_invoices_amounts",
    ),
    Index("ix_invoices_status", "status", "id"),
    Index("ix_invoices_status_due", "status", "due_at", "id"),
    Index("ix_invoices_dated", "dated_at", "id"),
    Index("ix_invoices_due", "due_at", "id"),
    Index("ix_invoices_customer", "customer_id", "id"),
    Index("ix_invoices_customer_number", "customer_id", "number"),
    Index("ix_invoices_customer_status", "customer_id", "status", "id"),
    Index("ix_invoices_customer_status_due", "customer_id", "status", "due_at", "id"),
    Index("ix_invoices_customer_dated", "customer_id", "dated_at", "id"),
    Index("ix_invoices_customer_due", "customer_id", "due_at", "id"),
    Index("ix_invoices_checkout", "checkout_id"),
    Index("ix_invoices_next_reminder", "next_reminder_at"),
)

# A copy for everybody who sells on an invoice or drafted it, so that one index finds a page of
# theirs: looking up twenty invoices by id would read four times as much.
invoice_hosts = Table(
    "invoice_hosts",
    metadata,
    Column("host_id", String(36), primary_key=True),
    Column("id", String(36), ForeignKey("invoices.id", ondelete="CASCADE"), primary_key=True),
    Column("manages", Boolean, nullable=False),
    *_head_columns(),
    Index("ix_invoice_hosts_id", "id"),
    Index("ix_invoice_hosts_number", "host_id", "number"),
    Index("ix_invoice_hosts_status", "host_id", "status", "id"),
    Index("ix_invoice_hosts_status_due", "host_id", "status", "due_at", "id"),
    Index("ix_invoice_hosts_dated", "host_id", "dated_at", "id"),
    Index("ix_invoice_hosts_due", "host_id", "due_at", "id"),
    Index("ix_invoice_hosts_customer", "host_id", "customer_id", "id"),
)

invoice_lines = Table(
    "invoice_lines",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("invoice_id", String(36), ForeignKey("invoices.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("product_id", String(36)),
    Column("kind", String(16)),
    Column("minutes", Integer),
    Column("host_id", String(36)),
    Column("description", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("percent_off", Integer),
    Column("amount_off", BigInteger),
    Column("net", BigInteger, nullable=False),
    UniqueConstraint("invoice_id", "position", name="uq_invoice_lines_position"),
)

invoice_line_taxes = Table(
    "invoice_line_taxes",
    metadata,
    Column(
        "line_id", String(36), ForeignKey("invoice_lines.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("tax_id", String(36), nullable=False),
    Column("name", String(60), nullable=False),
    Column("rate", Integer, nullable=False),
    Column("inclusive", Boolean, nullable=False),
    Column("amount", BigInteger, nullable=False),
)


def _note_columns() -> list[Column[Any]]:
    return [
        Column("invoice_id", String(36), nullable=False),
        Column("invoice_number", _NUMBER, nullable=False),
        Column("number", _NUMBER),  # written last: from then on nothing changes
        Column("number_year", Integer, nullable=False),
        Column("number_count", Integer, nullable=False),
        Column("customer_id", String(36), nullable=False),
        Column("customer_name", String(200), nullable=False),
        Column("customer_email", String(254), nullable=False),
        Column("currency", String(3), nullable=False),
        Column("language", String(8), nullable=False),
        Column("subtotal", BigInteger, nullable=False),
        Column("tax_total", BigInteger, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("refund", String(16), nullable=False),
        Column("return_to_stock", Boolean, nullable=False),
        Column("seller_id", String(64), nullable=False),
        Column("created_by", String(36)),
        Column("issued_at", UtcDateTime, nullable=False),
    ]


credit_notes = Table(
    "credit_notes",
    metadata,
    Column("id", String(36), primary_key=True),
    *_note_columns(),
    ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_credit_notes_invoice"),
    ForeignKeyConstraint(["seller_id"], ["seller_snapshots.id"], name="fk_credit_notes_seller"),
    UniqueConstraint("number", name="uq_credit_notes_number"),
    UniqueConstraint("number_year", "number_count", name="uq_credit_notes_count"),
    CheckConstraint("total > 0 AND total = subtotal + tax_total", name="ck_credit_notes_amounts"),
    Index("ix_credit_notes_invoice", "invoice_id", "id"),
    Index("ix_credit_notes_customer", "customer_id", "id"),
)

# Copies for hosts, as with invoices.
credit_note_hosts = Table(
    "credit_note_hosts",
    metadata,
    Column("host_id", String(36), primary_key=True),
    Column("id", String(36), ForeignKey("credit_notes.id"), primary_key=True),
    *_note_columns(),
    Index("ix_credit_note_hosts_id", "id"),
    Index("ix_credit_note_hosts_customer", "host_id", "customer_id", "id"),
    Index("ix_credit_note_hosts_invoice", "host_id", "invoice_id", "id"),
)

credit_note_lines = Table(
    "credit_note_lines",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("credit_note_id", String(36), ForeignKey("credit_notes.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("line_id", String(36), ForeignKey("invoice_lines.id"), nullable=False),
    Column("quantity", BigInteger),
    Column("net", BigInteger, nullable=False),
    UniqueConstraint("credit_note_id", "position", name="uq_credit_note_lines_position"),
    Index("ix_credit_note_lines_line", "line_id"),
)

credit_note_line_taxes = Table(
    "credit_note_line_taxes",
    metadata,
    Column("credit_line_id", String(36), ForeignKey("credit_note_lines.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("amount", BigInteger, nullable=False),
)
