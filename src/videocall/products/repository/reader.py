"""Reading products: one prepared statement for each shape of a question, one round trip each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    exists,
    literal_column,
    select,
    text,
    tuple_,
)

from videocall.core.db.reads import AnySelect, Reads
from videocall.core.ids import is_id
from videocall.core.paging import ListRequest
from videocall.products.interfaces.work import ProductFilter
from videocall.products.model.products import Product, ProductId
from videocall.products.repository.rows import COLUMNS, product_of
from videocall.products.tables import IN_STOCK, products, terms

_ONE = select(*COLUMNS).where(products.c.id == bindparam("product_id"))
_MANY = select(*COLUMNS).where(products.c.id.in_(bindparam("ids", expanding=True)))

_KEYS = {"created_at": None, "name": "name_key", "price": "price_minor"}


class SqlProductReader:
    """Products, outside of transactions."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def get(self, product_id: ProductId) -> Product | None:
        if not is_id(product_id):
            return None
        rows = await self._reads.values(_ONE, {"product_id": product_id})
        return product_of(rows[0]) if rows else None

    async def many(self, ids: Collection[ProductId]) -> Sequence[Product]:
        known = [item for item in ids if is_id(item)]
        if not known:
            return []
        return [product_of(row) for row in await self._reads.all(_MANY, {"ids": known})]

    async def find(self, wanted: ProductFilter, request: ListRequest) -> Sequence[Product]:
        filters = {
            "kind": wanted.kind.value if wanted.kind is not None else None,
            "host_id": wanted.host_id,
            "currency": wanted.currency,
            "min_price": wanted.min_price,
            "max_price": wanted.max_price,
        }
        given = {name: value for name, value in filters.items() if value is not None}
        statement = _list_statement(
            len(wanted.terms),
            tuple(given),
            wanted.in_stock,
            request.sort.name,
            request.after is not None,
            request.page is not None,
        )
        parameters: dict[str, object] = {
            **given,
            "status": wanted.status.value,
            "at_most": request.limit + 1,
        }
        if wanted.terms:  # they tell the archive from what is for sale
            del parameters["status"]
        parameters |= {f"term_{place}": term for place, term in enumerate(wanted.terms)}
        if request.after is not None:
            parameters |= {"after_id": request.after.id, "after_key": request.after.value}
        if request.page is not None:
            parameters["offset"] = request.offset
        return [product_of(row) for row in await self._reads.values(statement, parameters)]


@lru_cache(maxsize=1024)
def _list_statement(
    term_count: int,
    filters: tuple[str, ...],
    in_stock: bool,
    sort: str,
    has_cursor: bool,
    has_offset: bool,
) -> AnySelect:
    key_name = _KEYS[sort.lstrip("-")]
    order = _Order(sort.startswith("-"), has_cursor=has_cursor, has_offset=has_offset)
    if term_count == 0:
        query: AnySelect = select(*COLUMNS).where(products.c.status == bindparam("status"))
        query = _filtered(query, filters, in_stock=in_stock)
        return order.page(query, products.c[key_name] if key_name else None, products.c.id)
    term_key = terms.c[key_name] if key_name else None
    if term_count == 1 and not filters and not in_stock:
        # The index of terms has the order of the page in it: no more is read than shown.
        found = select(terms.c.product_id, *([] if term_key is None else [term_key])).where(
            terms.c.term == bindparam("term_0")
        )
        page = order.page(found, term_key, terms.c.product_id).subquery("page")
        query = select(*COLUMNS).join_from(page, products, products.c.id == page.c.product_id)
        return order.sorted(query, page.c[key_name] if key_name else None, page.c.product_id)
    query = select(*COLUMNS).join_from(terms, products, products.c.id == terms.c.product_id)
    query = query.where(terms.c.term == bindparam("term_0"))
    for place in range(1, term_count):
        other = terms.alias(f"terms_{place}")
        also = exists(literal_column("1")).where(
            other.c.term == bindparam(f"term_{place}"), other.c.product_id == terms.c.product_id
        )
        query = query.where(also)
    query = _filtered(query, filters, in_stock=in_stock)
    return order.page(query, term_key, terms.c.product_id)


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of a list, and where its page begins."""

    is_descending: bool
    has_cursor: bool
    has_offset: bool

    def sorted(
        self, query: AnySelect, key: ColumnElement[Any] | None, item_id: ColumnElement[str]
    ) -> AnySelect:
        columns = [item_id] if key is None else [key, item_id]
        return query.order_by(
            *(item.desc() if self.is_descending else item.asc() for item in columns)
        )

    def page(
        self, query: AnySelect, key: ColumnElement[Any] | None, item_id: ColumnElement[str]
    ) -> AnySelect:
        query = self.sorted(query, key, item_id)
        if self.has_cursor:
            after_id = bindparam("after_id", type_=item_id.type)
            here: ColumnElement[Any] = item_id
            there: ColumnElement[Any] = after_id
            if key is not None:
                here = tuple_(key, item_id)
                there = tuple_(bindparam("after_key", type_=key.type), after_id)
            query = query.where(here < there if self.is_descending else here > there)
        if self.has_offset:
            query = query.offset(bindparam("offset", type_=Integer))
        return query.limit(bindparam("at_most", type_=Integer))


def _filtered(query: AnySelect, filters: tuple[str, ...], *, in_stock: bool) -> AnySelect:
    for name in filters:
        if name == "min_price":
            query = query.where(products.c.price_minor >= bindparam("min_price"))
        elif name == "max_price":
            query = query.where(products.c.price_minor <= bindparam("max_price"))
        else:
            query = query.where(products.c[name] == bindparam(name))
    return query.where(text(f"({IN_STOCK})")) if in_stock else query
