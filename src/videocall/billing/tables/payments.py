"""Payments, refunds, checkouts and what providers told us."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from videocall.billing.tables.base import metadata
from videocall.core.db.types import JsonDocument, UtcDateTime

IS_TOP_UP = "purpose = 'top_up'"
"""What the indexes of top-ups say; queries say the same, so that they are used."""

_ONLY = text(IS_TOP_UP)
_TOP_UPS_ONLY: dict[str, Any] = {"postgresql_where": _ONLY, "sqlite_where": _ONLY}

payments = Table(
    "payments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("invoice_id", String(36), ForeignKey("invoices.id")),
    Column("customer_id", String(36), nullable=False),
    Column("method", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("applied", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("description", String(200), nullable=False),
    Column("source", String(255)),
    Column("return_url", String(2000)),
    Column("failure_code", String(100)),
    Column("failure_message", Text),
    Column("next_action", JsonDocument),
    Column("provider_reference", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("succeeded_at", UtcDateTime),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_payments_invoice_id", "invoice_id", "id"),
    Index("ix_payments_state", "state", "id"),
    Index("ix_payments_method", "method", "id"),
    Index("ix_payments_state_method", "state", "method", "id"),
    Index("ix_payments_top_ups", "id", **_TOP_UPS_ONLY),
    Index("ix_payments_customer_id", "customer_id", "id"),
    Index("ix_payments_customer_state", "customer_id", "state", "id"),
    Index("ix_payments_customer_method", "customer_id", "method", "id"),
    Index("ix_payments_customer_top_ups", "customer_id", "id", **_TOP_UPS_ONLY),
    Index("ix_payments_provider_reference", "provider_reference"),
    Index("ix_payments_next_at", "next_at"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("cause", String(16), nullable=False),
    Column("payment_id", String(36), ForeignKey("payments.id"), nullable=False),
    Column("invoice_id", String(36), ForeignKey("invoices.id")),
    Column("credit_note_id", String(36)),
    Column("customer_id", String(36), nullable=False),
    Column("method", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("failure_code", String(100)),
    Column("failure_message", Text),
    Column("provider_reference", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Index("ix_refunds_payment_id", "payment_id"),
    Index("ix_refunds_invoice_id", "invoice_id"),
    Index("ix_refunds_credit_note_id", "credit_note_id"),
    Index("ix_refunds_state", "state", "id"),
    Index("ix_refunds_next_at", "next_at"),
)

checkouts = Table(
    "checkouts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("customer_id", String(36), nullable=False),
    # Given before the invoice is there, so that every step knows its id: no foreign key.
    Column("invoice_id", String(36), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("closing_as", String(16)),
    Column("items", JsonDocument, nullable=False),
    Column("expected", BigInteger),
    Column("language", String(8)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Index("ix_checkouts_customer_id", "customer_id", "id"),
    Index("ix_checkouts_next_at", "next_at"),
)

stock_tasks = Table(
    "stock_tasks",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("invoice_id", String(36), ForeignKey("invoices.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("items", JsonDocument, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("failure", String(100)),
    Index("ix_stock_tasks_invoice_id", "invoice_id"),
    Index("ix_stock_tasks_next_at", "next_at"),
)

provider_events = Table(
    "provider_events",
    metadata,
    Column("method", String(16), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("type", String(100), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    Index("ix_provider_events_received_at", "received_at"),
)

payment_methods = Table(
    "payment_methods",
    metadata,
    Column("method", String(16), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

sales = Table(
    "sales",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("invoice_id", String(36), ForeignKey("invoices.id"), nullable=False),
    Column("product_id", String(36), nullable=False),
    Column("host_id", String(36), nullable=False),
    Column("customer_id", String(36), nullable=False),
    Column("description", Text, nullable=False),
    Column("quantity", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("credited", BigInteger, nullable=False),
    Column("sold_at", UtcDateTime, nullable=False),
    Index("ix_sales_host_id", "host_id", "sold_at", "id"),
    Index("ix_sales_product_id", "product_id", "sold_at", "id"),
    Index("ix_sales_sold_at", "sold_at", "id"),
    Index("ix_sales_invoice_id", "invoice_id"),
)
