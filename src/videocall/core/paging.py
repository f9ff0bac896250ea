"""The one way to page: an order, an opaque cursor behind the last item, or a page for people."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeAlias, TypeVar

import msgspec

from videocall.core.errors import FieldError, ValidationFailed

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
MAX_PAGE = 100

SortValue: TypeAlias = str | int | datetime
SortKind: TypeAlias = type[str] | type[int] | type[datetime]

_MAX_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by a key that is never null, and by id among equals, both in one direction.

    ``name`` is as on the wire, with a leading '-' for descending. ``kind`` None: by id alone
    (ids grow with time, so that is the order of creation).
    """

    name: str
    kind: SortKind | None = None

    @property
    def is_descending(self) -> bool:
        """Largest first."""
        return self.name.startswith("-")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: behind the item with this key and id."""

    value: SortValue | None
    id: str


@dataclass(frozen=True, slots=True)
class ListRequest:
    """At most ``limit`` items of a list in one order, behind a position or on a numbered page."""

    sort: Sort
    limit: int = DEFAULT_LIMIT
    after: Position | None = None
    page: int | None = None

    @property
    def offset(self) -> int:
        """How many items are before a numbered page."""
        return 0 if self.page is None else (self.page - 1) * self.limit

    @classmethod
    def parse(
        cls,
        sorts: Sequence[Sort],
        *,
        sort: str | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        page: int | None = None,
    ) -> ListRequest:
        """Read a query; ``sorts`` are those of the list, the default first.

        ValidationFailed names what is wrong: also a cursor of another order, and page and cursor
        together.
        """
        chosen = next((item for item in sorts if item.name == sort), None)
        wrong = []
        if chosen is None and sort is not None:
            names = ", ".join(item.name for item in sorts)
            wrong.append(FieldError("sort", "choice", f"One of {names}."))
        if not 1 <= limit <= MAX_LIMIT:
            wrong.append(FieldError("limit", "out_of_range", f"From 1 to {MAX_LIMIT}."))
        if page is not None and not 1 <= page <= MAX_PAGE:
            wrong.append(FieldError("page", "out_of_range", f"From 1 to {MAX_PAGE}."))
        if page is not None and cursor:
            wrong.append(FieldError("page", "conflict", "Use page or cursor, not both."))
        if wrong:
            raise ValidationFailed(fields=wrong)
        chosen = chosen or sorts[0]
        return cls(chosen, limit, _read_cursor(cursor, chosen) if cursor else None, page)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and, when there are more, the cursor that continues after them."""

    items: Sequence[T]
    next_cursor: str | None
    page: int | None = None

    @property
    def has_more(self) -> bool:
        """Whether something follows."""
        return self.next_cursor is not None


def list_page(found: Sequence[T], positions: Sequence[Position], request: ListRequest) -> Page[T]:
    """A page from up to ``limit`` + 1 items that were found; the extra one says there are more."""
    if len(found) <= request.limit:
        return Page(found, None, request.page)
    last = positions[request.limit - 1]
    return Page(found[: request.limit], _write_cursor(request.sort, last), request.page)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Newest first: at most ``limit`` items with ids smaller than ``before``."""

    limit: int = DEFAULT_LIMIT
    before: str | None = None

    @classmethod
    def parse(cls, limit: int, cursor: str | None) -> PageRequest:
        """Read limit and cursor of a query; ValidationFailed names the wrong one."""
        request = ListRequest.parse((_NEWEST,), limit=limit, cursor=cursor)
        return cls(limit, request.after.id if request.after else None)


def page_of(found: Sequence[T], ids: Sequence[str], limit: int) -> Page[T]:
    """As `list_page`, newest first."""
    positions = [Position(None, item) for item in ids]
    return list_page(found, positions, ListRequest(_NEWEST, limit))


_NEWEST = Sort("-created_at")


def _write_cursor(sort: Sort, position: Position) -> str:
    value = position.value
    shown = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
    raw = msgspec.json.encode([sort.name, shown, position.id])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> Position:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        name, value, item_id = msgspec.json.decode(raw, type=tuple[str, str | int | None, str])
        if name != sort.name:
            raise _wrong_cursor("This cursor continues a list in another order.")
        return Position(_sort_value(value, sort), str(uuid.UUID(item_id)))
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise _wrong_cursor("Use the next_cursor of an earlier answer.") from error


def _sort_value(value: str | int | None, sort: Sort) -> SortValue | None:
    if sort.kind is None and value is None:
        return None
    if sort.kind is int and isinstance(value, int) and abs(value) <= _MAX_INTEGER:
        return value
    if isinstance(value, str) and "\0" not in value:
        if sort.kind is str:
            return value
        if sort.kind is datetime and (moment := datetime.fromisoformat(value)).tzinfo:
            return moment
    raise _wrong_cursor("Use the next_cursor of an earlier answer.")


def _wrong_cursor(words: str) -> ValidationFailed:
    return ValidationFailed(fields=[FieldError("cursor", "invalid", words)])
