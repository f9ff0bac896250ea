"""What belongs to the request in hand and every log line and event of it names."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request being served, or None outside of one."""
    return request_id.get()
