"""The names that products are shown with: hosts and categories, remembered until events say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from videocall.core.access import UserId
from videocall.core.events.feed import Announced
from videocall.products.interfaces import CategoryName, ProductView
from videocall.products.interfaces.work import CategoryTrees, PeopleNames
from videocall.products.model.categories import CategoryTree
from videocall.products.model.products import CategoryId, Product

HEARD = ("users.profile_changed.", "products.category_")
"""The events that change a name."""

_MOST_NAMES = 50_000


class ShownNames:
    """Names without a question to the database for each product."""

    def __init__(self, people: PeopleNames, trees: CategoryTrees) -> None:
        self._people = people
        self._trees = trees
        self._names: dict[UserId, str] = {}
        self._tree: CategoryTree | None = None
        self._changes = 0  # what was asked for before a change is not remembered after it

    async def people(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        missing = [item for item in ids if item not in self._names]
        if not missing:
            return self._names
        changes = self._changes
        found = await self._people.names(missing)
        if changes != self._changes:
            return {**self._names, **found}
        if len(self._names) + len(found) > _MOST_NAMES:
            self._names.clear()
            return {**self._names, **await self._people.names(ids)}
        self._names.update(found)
        return self._names

    async def tree(self) -> CategoryTree:
        """All categories."""
        if self._tree is not None:
            return self._tree
        changes = self._changes
        tree = await self._trees.tree()
        if changes == self._changes:
            self._tree = tree
        return tree

    async def view(self, product: Product) -> ProductView:
        """A product with its names."""
        return (await self.views([product]))[0]

    async def views(self, products: Sequence[Product]) -> list[ProductView]:
        """Products with their names."""
        names = await self.people({item.host_id for item in products})
        needed = any(item.category_id is not None for item in products)
        tree = await self.tree() if needed else None
        return [
            ProductView(item, names.get(item.host_id, ""), _category(tree, item.category_id))
            for item in products
        ]

    async def heard(self, event: Announced) -> None:
        """Forget what an event made untrue."""
        self._changes += 1
        user_id = event.data.get("user_id")
        if isinstance(user_id, str):
            self._names.pop(UserId(user_id), None)
        else:
            self._tree = None

    async def forget(self) -> None:
        """Forget everything."""
        self._changes += 1
        self._names = {}
        self._tree = None


def _category(tree: CategoryTree | None, category_id: CategoryId | None) -> CategoryName | None:
    found = tree.get(category_id) if tree is not None and category_id is not None else None
    return CategoryName(found.id, found.name) if found is not None else None
