"""The test provider's ledger: one SQLite file, on the disk before anything is answered."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path

from videocall.testpay.cards import Status
from videocall.testpay.model import Charge, Refund, Webhook

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    payment_id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL,
    description TEXT NOT NULL, customer_id TEXT NOT NULL, return_url TEXT, source TEXT, card TEXT,
    status TEXT NOT NULL, failure_code TEXT, failure_message TEXT,
    charged INTEGER NOT NULL CHECK (charged IN (0, amount)),
    refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND charged),
    later TEXT, later_at REAL, created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS charges_later ON charges (later_at) WHERE later_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS refunds (
    refund_id TEXT PRIMARY KEY, payment_id TEXT NOT NULL REFERENCES charges,
    amount INTEGER NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, status TEXT NOT NULL,
    failure_code TEXT, failure_message TEXT, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL, delivered_at REAL, created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS webhooks_next ON webhooks (next_at) WHERE next_at IS NOT NULL;
"""
# Only names of our own dataclasses go into statements; values are always parameters.
_CHARGE = ", ".join(field.name for field in fields(Charge))
_CHARGE_MARKS = ", ".join("?" for _ in fields(Charge))
_CHARGE_CHANGES = ", ".join(f"{field.name} = excluded.{field.name}" for field in fields(Charge))
_REFUND = ", ".join(field.name for field in fields(Refund))
_REFUND_MARKS = ", ".join("?" for _ in fields(Refund))


class Ledger:
    """Charges, refunds and undelivered webhooks. Every method is for a thread, not for a loop."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on the disk when it ends well."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def charge(self, payment_id: str) -> Charge | None:
        return self._one_charge("payment_id = ?", payment_id)

    def charge_of_page(self, token: str) -> Charge | None:
        return self._one_charge("token = ?", token)

    def charges_due(self, now: float) -> Sequence[Charge]:
        """Those to which something happens by itself now."""
        return self._charges("later_at <= ? ORDER BY later_at LIMIT 100", now)

    def charges_after(self, payment_id: str, limit: int) -> Sequence[Charge]:
        """By id, beginning behind this one."""
        return self._charges("payment_id > ? ORDER BY payment_id LIMIT ?", payment_id, limit)

    def put_charge(self, charge: Charge) -> None:
        """Write a new charge, or a changed one over the old."""
        self._db.execute(
            f"INSERT INTO charges ({_CHARGE}) VALUES ({_CHARGE_MARKS}) "  # noqa: S608
            f"ON CONFLICT (payment_id) DO UPDATE SET {_CHARGE_CHANGES}",
            astuple(charge),
        )

    def refund(self, refund_id: str) -> Refund | None:
        with self._lock:
            row = self._db.execute(
                f"SELECT {_REFUND} FROM refunds WHERE refund_id = ?",  # noqa: S608
                (refund_id,),
            ).fetchone()
        return Refund(*row) if row else None

    def refunds_of(self, payment_id: str) -> Sequence[Refund]:
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_REFUND} FROM refunds WHERE payment_id = ? ORDER BY refund_id",  # noqa: S608
                (payment_id,),
            ).fetchall()
        return [Refund(*row) for row in rows]

    def add_refund(self, refund: Refund) -> None:
        self._db.execute(
            f"INSERT INTO refunds ({_REFUND}) VALUES ({_REFUND_MARKS})",  # noqa: S608
            astuple(refund),
        )

    def add_webhook(self, body: bytes, now: float) -> None:
        """Queue a message, due at once."""
        self._db.execute(
            "INSERT INTO webhooks (body, next_at, created_at) VALUES (?, ?, ?)", (body, now, now)
        )

    def webhooks_due(self, now: float, limit: int) -> Sequence[Webhook]:
        with self._lock:
            rows = self._db.execute(
                "SELECT id, body, attempts, created_at FROM webhooks WHERE next_at <= ? "
                "ORDER BY next_at, id LIMIT ?",
                (now, limit),
            ).fetchall()
        return [Webhook(*row) for row in rows]

    def delivered(self, webhook: Webhook, now: float) -> None:
        self._attempted(webhook, None, now)

    def postpone(self, webhook: Webhook, next_at: float | None) -> None:
        """Try again then; None: never."""
        self._attempted(webhook, next_at, None)

    def next_moment(self) -> float | None:
        """When there is something to do the next time."""
        with self._lock:
            row = self._db.execute(
                "SELECT min(at) FROM (SELECT min(later_at) AS at FROM charges "
                "UNION ALL SELECT min(next_at) FROM webhooks)"
            ).fetchone()
        at: float | None = row[0]
        return at

    def _attempted(self, webhook: Webhook, next_at: float | None, done: float | None) -> None:
        with self.transaction():
            self._db.execute(
                "UPDATE webhooks SET attempts = attempts + 1, next_at = ?, delivered_at = ? "
                "WHERE id = ?",
                (next_at, done, webhook.id),
            )

    def _one_charge(self, condition: str, value: str) -> Charge | None:
        found = self._charges(condition, value)
        return found[0] if found else None

    def _charges(self, condition: str, *values: object) -> Sequence[Charge]:
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_CHARGE} FROM charges WHERE {condition}",  # noqa: S608
                values,
            ).fetchall()
        return [_charge_of(row) for row in rows]


def _charge_of(row: Sequence[object]) -> Charge:
    values = dict(zip((field.name for field in fields(Charge)), row, strict=True))
    values["status"] = Status(str(values["status"]))
    if values["later"] is not None:
        values["later"] = Status(str(values["later"]))
    return Charge(**values)  # type: ignore[arg-type]
