"""What an event is, before and after it was appended. Events carry ids, no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

EventValue = str | int | bool | None
EventData = Mapping[str, EventValue]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened; ``type`` ends with the version of its shape: 'x.happened.v1'."""

    type: str
    data: EventData


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event of the log. ``position`` grows over the whole log, ``version`` over its stream."""

    position: int
    id: str
    stream: str
    version: int
    type: str
    data: EventData
    actor: str | None
    request_id: str | None
    occurred_at: datetime
