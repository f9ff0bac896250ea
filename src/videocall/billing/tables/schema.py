"""All tables of the domain: importing this module defines every one of them."""

from __future__ import annotations

from videocall.billing.tables import documents, idempotency, invoices, payments, wallet
from videocall.billing.tables.base import metadata

__all__ = ["documents", "idempotency", "invoices", "metadata", "payments", "wallet"]
