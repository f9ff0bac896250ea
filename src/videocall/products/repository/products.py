"""Products and the terms that find them, inside a transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.db.work import is_unique_violation
from videocall.core.ids import is_id
from videocall.products.errors import CategoryNotFound, SkuTaken
from videocall.products.model.products import Product, ProductId
from videocall.products.model.stock import ReservationState
from videocall.products.model.words import name_key
from videocall.products.repository.rows import COLUMNS, product_of, row_of
from videocall.products.tables import products, reservation_lines, reservations, terms

_ONCE = frozenset({"id", "host_id", "created_at", "stock_reserved"})


class SqlProductRepository:
    """Products."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, product: Product) -> None:
        try:
            await self._connection.execute(insert(products).values(**row_of(product)))
        except IntegrityError as error:
            raise _refused(error) from error

    async def get(self, product_id: ProductId, *, lock: bool) -> Product | None:
        if not is_id(product_id):
            return None
        query = select(*COLUMNS).where(products.c.id == product_id)
        if lock:
            # Rows that refer to it may be written meanwhile: else moving a category, which does
            # that, and changing a product, which reads the categories, could wait for each other.
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return product_of(row) if row is not None else None

    async def update(self, product: Product) -> None:
        values = {name: value for name, value in row_of(product).items() if name not in _ONCE}
        try:
            await self._connection.execute(
                update(products).where(products.c.id == product.id).values(**values)
            )
        except IntegrityError as error:
            raise _refused(error) from error

    async def delete(self, product_id: ProductId) -> None:
        await self._connection.execute(delete(products).where(products.c.id == product_id))

    async def set_terms(self, product: Product, found_by: Collection[str]) -> None:
        await self._connection.execute(delete(terms).where(terms.c.product_id == product.id))
        if found_by:
            rows = [
                {
                    "term": term,
                    "product_id": product.id,
                    "name_key": name_key(product.name),
                    "price_minor": product.price.minor,
                }
                for term in sorted(found_by)
            ]
            await self._connection.execute(insert(terms), rows)

    async def has_active_reservations(self, product_id: ProductId) -> bool:
        held = exists().where(
            reservation_lines.c.product_id == product_id,
            reservation_lines.c.key == reservations.c.key,
            reservations.c.state == ReservationState.ACTIVE.value,
        )
        return bool(await self._connection.scalar(select(held)))


def _refused(error: IntegrityError) -> Exception:
    if is_unique_violation(error):
        return SkuTaken()
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if code == "23503" or "FOREIGN KEY constraint failed" in str(error.orig):
        return CategoryNotFound()
    return error
