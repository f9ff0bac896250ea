"""The tree of categories, and the terms that find products by it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.db.reads import AnyRow, Reads
from videocall.products.errors import CategoryInUse
from videocall.products.model.categories import Category, CategoryTree
from videocall.products.model.products import CategoryId, ProductStatus
from videocall.products.model.words import listed
from videocall.products.tables import categories, products, terms

_ALL = select(
    categories.c.id, categories.c.name, categories.c.parent_id, categories.c.position
).order_by(categories.c.id)


class SqlCategoryTrees:
    """The tree, outside of transactions."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def tree(self) -> CategoryTree:
        return CategoryTree([_category(row) for row in await self._reads.all(_ALL, {})])


class SqlCategoryRepository:
    """Categories inside a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tree(self, *, lock: bool) -> CategoryTree:
        # Whoever reads the tree to write a product keeps it from moving until that is done.
        query = _ALL.with_for_update(read=not lock)
        return CategoryTree([_category(row) for row in await self._connection.execute(query)])

    async def add(self, category: Category) -> None:
        await self._connection.execute(
            insert(categories).values(
                id=category.id,
                name=category.name,
                parent_id=category.parent_id,
                position=category.position,
            )
        )

    async def update(self, category: Category) -> None:
        await self._connection.execute(
            update(categories)
            .where(categories.c.id == category.id)
            .values(name=category.name, parent_id=category.parent_id, position=category.position)
        )

    async def delete(self, category_id: CategoryId) -> None:
        try:
            await self._connection.execute(delete(categories).where(categories.c.id == category_id))
        except IntegrityError as error:
            raise CategoryInUse from error

    async def move_terms(
        self, below: Collection[CategoryId], old: Collection[str], new: Collection[str]
    ) -> None:
        for status in ProductStatus:
            inside = (products.c.category_id.in_(below), products.c.status == status.value)
            here = select(products.c.id).where(*inside)
            await self._connection.execute(
                delete(terms).where(
                    terms.c.term.in_(listed(old, status)), terms.c.product_id.in_(here)
                )
            )
            for term in listed(new, status):
                rows = select(
                    literal(term), products.c.id, products.c.name_key, products.c.price_minor
                ).where(*inside)
                columns = ["term", "product_id", "name_key", "price_minor"]
                await self._connection.execute(insert(terms).from_select(columns, rows))


def _category(row: AnyRow) -> Category:
    return Category(row.id, row.name, row.parent_id, row.position)
