"""A statement as CSV (RFC 4180): UTF-8 without a byte order mark, a header line, CRLF."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from videocall.billing.schema.wallet import StatementBody

COLUMNS = (
    "time", "kind", "amount", "balance", "available",
    "reference_type", "reference_number", "reference_id",
)  # fmt: skip


def statement_csv(statement: StatementBody) -> bytes:
    """The statement with its opening and closing balance as first and last line."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerow(_balance(statement.from_.isoformat(), "opening", statement.opening_balance))
    for entry in statement.entries:
        reference = entry.reference
        lines.writerow(
            [
                entry.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                entry.kind.value,
                entry.amount,
                entry.balance,
                entry.available,
                _text(reference.type),
                _text(reference.number or ""),
                _text(reference.id),
            ]
        )
    lines.writerow(_balance(statement.to.isoformat(), "closing", statement.closing_balance))
    return text.getvalue().encode()


def _balance(day: str, kind: str, amount: str) -> Sequence[str]:
    return [day, kind, "", amount, "", "", "", ""]


def _text(value: str) -> str:
    # A spreadsheet takes a cell that begins like this for a formula.
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value
