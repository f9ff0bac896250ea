"""Invoices, their lines and taxes, credit notes, number series, and the seller.

Triggers keep what was issued as it is. A later migration that rebuilds one of these tables (a
batch operation on SQLite) drops its triggers and has to create them again.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from videocall.core.db.types import JsonDocument, UtcDateTime

revision = "billing_0001"
down_revision: str | None = None

_NUMBER = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
_ID, _AMOUNT = sa.String(36), sa.BigInteger

# What may still move once an invoice has its number; all other columns stay as they are.
_MOVING = (
    "status", "paid", "credited", "refunded", "paid_at", "voided_at", "status_reason",
    "reminders", "next_reminder_at",
)  # fmt: skip
_STAYING = (
    "id", "number", "number_year", "number_count", "customer_id", "customer_name",
    "customer_email", "currency", "language", "notes", "source", "checkout_id", "due_days",
    "subtotal", "tax_total", "total", "seller_id", "created_by", "created_at", "dated_at",
    "issued_at", "due_at",
)  # fmt: skip
_ISSUED_INVOICE = "an issued invoice does not change"
_ISSUED_NOTE = "a credit note does not change"
_KEPT = "what documents refer to is kept"
_LINE = "(SELECT 1 FROM invoices WHERE id = {row}.invoice_id AND status <> 'draft')"
_LINE_TAX = (
    "(SELECT 1 FROM invoices JOIN invoice_lines ON invoice_lines.invoice_id = invoices.id "
    "WHERE invoice_lines.id = {row}.line_id AND status <> 'draft')"
)
_NOTE_LINE = "(SELECT 1 FROM credit_notes WHERE id = {row}.credit_note_id AND number IS NOT NULL)"
_NOTE_LINE_TAX = (
    "(SELECT 1 FROM credit_notes JOIN credit_note_lines "
    "ON credit_note_lines.credit_note_id = credit_notes.id "
    "WHERE credit_note_lines.id = {row}.credit_line_id AND number IS NOT NULL)"
)
_PARTS = {
    "invoice_lines": (_LINE, _ISSUED_INVOICE),
    "invoice_line_taxes": (_LINE_TAX, _ISSUED_INVOICE),
    "credit_note_lines": (_NOTE_LINE, _ISSUED_NOTE),
    "credit_note_line_taxes": (_NOTE_LINE_TAX, _ISSUED_NOTE),
}
_FOR_GOOD = ("seller_snapshots", "seller_logos")
_GUARDED = ("invoices", "credit_notes", *_PARTS, *_FOR_GOOD)


def upgrade() -> None:
    """Create the tables and their triggers."""
    _create_seller()
    _create_invoices()
    _create_lines()
    _create_credit_notes()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    for table in (
        "credit_note_line_taxes", "credit_note_lines", "credit_note_hosts", "credit_notes",
        "invoice_line_taxes", "invoice_lines", "invoice_hosts", "invoices", "number_series",
        "seller_snapshots", "seller", "seller_logos", "taxes",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in _GUARDED:
            op.execute(f"DROP FUNCTION keep_{table}()")


def _create_seller() -> None:
    op.create_table(
        "taxes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("inclusive", sa.Boolean, nullable=False),
        sa.Column("tax_classes", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("archived_at", UtcDateTime),
    )
    op.create_table(
        "seller_logos",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "seller",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("details", JsonDocument, nullable=False),
        sa.Column("logo_id", sa.String(64), sa.ForeignKey("seller_logos.id")),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "seller_snapshots",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("details", JsonDocument, nullable=False),
        sa.Column("logo_id", sa.String(64), sa.ForeignKey("seller_logos.id")),
    )
    op.create_table(
        "number_series",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _head_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("number", _NUMBER),
        sa.Column("number_year", sa.Integer),
        sa.Column("number_count", sa.Integer),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("customer_name", sa.String(200), nullable=False),
        sa.Column("customer_email", sa.String(254), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("checkout_id", _ID),
        sa.Column("due_days", sa.Integer),
        *(
            sa.Column(name, _AMOUNT, nullable=False)
            for name in ("subtotal", "tax_total", "total", "paid", "credited", "refunded")
        ),
        sa.Column("seller_id", sa.String(64)),
        sa.Column("created_by", _ID),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("dated_at", UtcDateTime, nullable=False),
        *(sa.Column(name, UtcDateTime) for name in ("issued_at", "due_at", "paid_at", "voided_at")),
        sa.Column("status_reason", sa.Text, nullable=False),
    ]


def _create_invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", _ID, primary_key=True),
        *_head_columns(),
        sa.Column("reminders", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_reminder_at", UtcDateTime),
        sa.ForeignKeyConstraint(["seller_id"], ["seller_snapshots.id"], name="fk_invoices_seller"),
        sa.UniqueConstraint("number", name="uq_invoices_number"),
        sa.UniqueConstraint("number_year", "number_count", name="uq_invoices_count"),
        sa.CheckConstraint("(status = 'draft') = (number IS NULL)", name="ck_invoices_number"),
        sa.CheckConstraint(
            "total >= 0 AND paid >= 0 AND credited >= 0 AND refunded >= 0 AND credited <= total "
            "AND total = subtotal + tax_total",
            name="ck_invoices_amounts",
        ),
    )
    for name, columns in {
        "status": ["status", "id"],
        "status_due": ["status", "due_at", "id"],
        "dated": ["dated_at", "id"],
        "due": ["due_at", "id"],
        "customer": ["customer_id", "id"],
        "customer_number": ["customer_id", "number"],
        "customer_status": ["customer_id", "status", "id"],
        "customer_status_due": ["customer_id", "status", "due_at", "id"],
        "customer_dated": ["customer_id", "dated_at", "id"],
        "customer_due": ["customer_id", "due_at", "id"],
        "checkout": ["checkout_id"],
        "next_reminder": ["next_reminder_at"],
    }.items():
        op.create_index(f"ix_invoices_{name}", "invoices", columns)
    op.create_table(
        "invoice_hosts",
        sa.Column("host_id", _ID, primary_key=True),
        sa.Column("id", _ID, sa.ForeignKey("invoices.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("manages", sa.Boolean, nullable=False),
        *_head_columns(),
    )
    for name, columns in {
        "id": ["id"],
        "number": ["host_id", "number"],
        "status": ["host_id", "status", "id"],
        "status_due": ["host_id", "status", "due_at", "id"],
        "dated": ["host_id", "dated_at", "id"],
        "due": ["host_id", "due_at", "id"],
        "customer": ["host_id", "customer_id", "id"],
    }.items():
        op.create_index(f"ix_invoice_hosts_{name}", "invoice_hosts", columns)


def _create_lines() -> None:
    op.create_table(
        "invoice_lines",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "invoice_id", _ID, sa.ForeignKey("invoices.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("product_id", _ID),
        sa.Column("kind", sa.String(16)),
        sa.Column("minutes", sa.Integer),
        sa.Column("host_id", _ID),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("quantity", _AMOUNT, nullable=False),
        sa.Column("unit_price", _AMOUNT, nullable=False),
        sa.Column("percent_off", sa.Integer),
        sa.Column("amount_off", _AMOUNT),
        sa.Column("net", _AMOUNT, nullable=False),
        sa.UniqueConstraint("invoice_id", "position", name="uq_invoice_lines_position"),
    )
    op.create_table(
        "invoice_line_taxes",
        sa.Column(
            "line_id", _ID, sa.ForeignKey("invoice_lines.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("tax_id", _ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("inclusive", sa.Boolean, nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
    )


def _note_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("invoice_id", _ID, nullable=False),
        sa.Column("invoice_number", _NUMBER, nullable=False),
        sa.Column("number", _NUMBER),
        sa.Column("number_year", sa.Integer, nullable=False),
        sa.Column("number_count", sa.Integer, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.Column("customer_name", sa.String(200), nullable=False),
        sa.Column("customer_email", sa.String(254), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        *(sa.Column(name, _AMOUNT, nullable=False) for name in ("subtotal", "tax_total", "total")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("refund", sa.String(16), nullable=False),
        sa.Column("return_to_stock", sa.Boolean, nullable=False),
        sa.Column("seller_id", sa.String(64), nullable=False),
        sa.Column("created_by", _ID),
        sa.Column("issued_at", UtcDateTime, nullable=False),
    ]


def _create_credit_notes() -> None:
    op.create_table(
        "credit_notes",
        sa.Column("id", _ID, primary_key=True),
        *_note_columns(),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_credit_notes_invoice"),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller_snapshots.id"], name="fk_credit_notes_seller"
        ),
        sa.UniqueConstraint("number", name="uq_credit_notes_number"),
        sa.UniqueConstraint("number_year", "number_count", name="uq_credit_notes_count"),
        sa.CheckConstraint(
            "total > 0 AND total = subtotal + tax_total", name="ck_credit_notes_amounts"
        ),
    )
    op.create_index("ix_credit_notes_invoice", "credit_notes", ["invoice_id", "id"])
    op.create_index("ix_credit_notes_customer", "credit_notes", ["customer_id", "id"])
    op.create_table(
        "credit_note_hosts",
        sa.Column("host_id", _ID, primary_key=True),
        sa.Column("id", _ID, sa.ForeignKey("credit_notes.id"), primary_key=True),
        *_note_columns(),
    )
    for name, columns in {
        "id": ["id"],
        "customer": ["host_id", "customer_id", "id"],
        "invoice": ["host_id", "invoice_id", "id"],
    }.items():
        op.create_index(f"ix_credit_note_hosts_{name}", "credit_note_hosts", columns)
    op.create_table(
        "credit_note_lines",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("credit_note_id", _ID, sa.ForeignKey("credit_notes.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("line_id", _ID, sa.ForeignKey("invoice_lines.id"), nullable=False),
        sa.Column("quantity", _AMOUNT),
        sa.Column("net", _AMOUNT, nullable=False),
        sa.UniqueConstraint("credit_note_id", "position", name="uq_credit_note_lines_position"),
    )
    op.create_index("ix_credit_note_lines_line", "credit_note_lines", ["line_id"])
    op.create_table(
        "credit_note_line_taxes",
        sa.Column("credit_line_id", _ID, sa.ForeignKey("credit_note_lines.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("amount", _AMOUNT, nullable=False),
    )


def _guard_sqlite() -> None:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _STAYING)
    _sqlite_trigger(
        "invoices",
        "UPDATE",
        f"OLD.status <> 'draft' AND (NEW.status = 'draft' OR {changed})",
        _ISSUED_INVOICE,
    )
    _sqlite_trigger("invoices", "DELETE", "OLD.status <> 'draft'", _ISSUED_INVOICE)
    for verb in ("UPDATE", "DELETE"):
        _sqlite_trigger("credit_notes", verb, "OLD.number IS NOT NULL", _ISSUED_NOTE)
        for table in _FOR_GOOD:
            _sqlite_trigger(table, verb, "1", _KEPT)
    for table, (issued, words) in _PARTS.items():
        for verb, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            when = " OR ".join(f"EXISTS {issued.format(row=row)}" for row in rows)
            _sqlite_trigger(table, verb, when, words)


def _sqlite_trigger(table: str, verb: str, when: str, words: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def _guard_postgresql() -> None:
    moving = ", ".join(f"'{name}'" for name in _MOVING)
    same = f"to_jsonb(NEW) - ARRAY[{moving}] = to_jsonb(OLD) - ARRAY[{moving}]"
    _postgresql_guard(
        "invoices",
        "IF OLD.status = 'draft' THEN RETURN COALESCE(NEW, OLD); END IF; "
        f"IF TG_OP = 'UPDATE' THEN IF NEW.status <> 'draft' AND {same} THEN RETURN NEW; "
        "END IF; END IF;",
        _ISSUED_INVOICE,
    )
    _postgresql_guard(
        "credit_notes",
        "IF OLD.number IS NULL THEN RETURN COALESCE(NEW, OLD); END IF;",
        _ISSUED_NOTE,
    )
    for table in _FOR_GOOD:
        _postgresql_guard(table, "", _KEPT)
    for table, (issued, words) in _PARTS.items():
        # Two steps: a row that is not there (OLD of an insert) can't be asked.
        body = (
            f"IF TG_OP <> 'INSERT' THEN IF EXISTS {issued.format(row='OLD')} "
            f"THEN RAISE EXCEPTION '{words}'; END IF; END IF; "
            f"IF TG_OP <> 'DELETE' THEN IF EXISTS {issued.format(row='NEW')} "
            f"THEN RAISE EXCEPTION '{words}'; END IF; END IF; RETURN COALESCE(NEW, OLD);"
        )
        _postgresql_guard(table, body, words, verbs="INSERT OR UPDATE OR DELETE")


def _postgresql_guard(table: str, body: str, words: str, verbs: str = "UPDATE OR DELETE") -> None:
    op.execute(
        f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION '{words}'; END IF; "
        f"{body} RAISE EXCEPTION '{words}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table} BEFORE {verbs} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table}_all BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION keep_{table}()"
    )
