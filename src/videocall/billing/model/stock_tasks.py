"""What is still to be done to stock for an invoice, written down with the change that causes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from videocall.billing.model.checkouts import Item


class StockTaskKind(StrEnum):
    """Take what was reserved for an invoice that opens, or bring pieces back."""

    TAKE = "take"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class StockTask:
    """``id`` makes a return happen once. ``next_at`` None: done, or given up with a failure."""

    id: str
    invoice_id: str
    kind: StockTaskKind
    items: tuple[Item, ...]
    created_at: datetime
    next_at: datetime | None
    attempts: int = 0
    failure: str | None = None
