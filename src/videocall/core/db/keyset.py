"""Lists in SQL: the rows of one page in one order, found by an index on (key, id)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, tuple_

from videocall.core.paging import ListRequest

S = TypeVar("S", bound=tuple[Any, ...])


def page_rows(
    query: Select[S],
    request: ListRequest,
    key: ColumnElement[Any] | None,
    item_id: ColumnElement[str],
) -> Select[S]:
    """The query in the order of the request, one row more than the page when there are more.

    ``key`` is the column of the sort, never null; None: by id alone.
    """
    columns = [item_id] if key is None else [key, item_id]
    down = request.sort.is_descending
    ordered = query.order_by(*(item.desc() if down else item.asc() for item in columns))
    ordered = ordered.limit(request.limit + 1)
    if request.offset:
        ordered = ordered.offset(request.offset)
    if request.after is None:
        return ordered
    after_id = bindparam("after_id", request.after.id, item_id.type)
    if key is None:
        return ordered.where(item_id < after_id if down else item_id > after_id)
    after_key = bindparam("after_key", request.after.value, key.type)
    here, there = tuple_(key, item_id), tuple_(after_key, after_id)
    # The second condition says nothing new; it lets SQLite and PostgreSQL seek in the index.
    return ordered.where(
        and_(here < there, key <= after_key) if down else and_(here > there, key >= after_key)
    )
