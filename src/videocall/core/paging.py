"""The one way to page: newest first, an opaque cursor after the last id that was seen."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from videocall.core.errors import FieldError, ValidationFailed

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most ``limit`` items with ids smaller than ``before`` (None: from the newest)."""

    limit: int = DEFAULT_LIMIT
    before: str | None = None

    @classmethod
    def parse(cls, limit: int, cursor: str | None) -> PageRequest:
        """Read limit and cursor of a query; ValidationFailed names the wrong one."""
        if not 1 <= limit <= MAX_LIMIT:
            raise ValidationFailed(
                fields=[FieldError("limit", "out_of_range", f"From 1 to {MAX_LIMIT}.")]
            )
        return cls(limit, _decode(cursor) if cursor else None)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and, when there are more, the cursor that continues after them."""

    items: Sequence[T]
    next_cursor: str | None


def page_of(found: Sequence[T], ids: Sequence[str], limit: int) -> Page[T]:
    """A page from up to ``limit`` + 1 items that were found; the extra one says there are more."""
    if len(found) <= limit:
        return Page(found, None)
    return Page(found[:limit], _encode(ids[limit - 1]))


def _encode(last_id: str) -> str:
    return base64.urlsafe_b64encode(uuid.UUID(last_id).bytes).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return str(uuid.UUID(bytes=raw))
    except (ValueError, UnicodeError, binascii.Error) as error:
        wrong = FieldError("cursor", "invalid", "Use the next_cursor of an earlier answer.")
        raise ValidationFailed(fields=[wrong]) from error
