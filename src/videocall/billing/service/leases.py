"""How sweepers share work: how long a row belongs to whoever took it, and how many at once."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(seconds=20)
"""How long somebody who works on a row has it alone before a sweeper takes it up."""

BATCH = 10
"""How many rows one round takes."""
