"""Where the migrations of the events table are."""

from __future__ import annotations

from pathlib import Path

from videocall.core.db.migrate import History
from videocall.core.events.tables import metadata

EVENTS_HISTORY = History("events", Path(__file__).parent / "migrations", metadata)
