"""All migration histories, in the order in which they run."""

from __future__ import annotations

from pathlib import Path

import videocall.billing
import videocall.calls
import videocall.products
import videocall.users
from videocall.billing.tables.schema import metadata as billing_metadata
from videocall.calls.tables import metadata as calls_metadata
from videocall.core.db.migrate import History
from videocall.core.events.history import EVENTS_HISTORY
from videocall.products.tables import metadata as products_metadata
from videocall.users.tables import metadata as users_metadata


def _folder(package: str | None) -> Path:
    return Path(package or "").parent / "migrations"


HISTORIES = (
    EVENTS_HISTORY,
    History("users", _folder(videocall.users.__file__), users_metadata),
    History("products", _folder(videocall.products.__file__), products_metadata),
    History("billing", _folder(videocall.billing.__file__), billing_metadata),
    History("calls", _folder(videocall.calls.__file__), calls_metadata),
)
