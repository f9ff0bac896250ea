"""The tree of categories: at most five levels, no circles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from videocall.core.errors import FieldError
from videocall.products.model.products import CategoryId

MAX_DEPTH = 5
MAX_CATEGORY_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Category:
    """A category; ``position`` orders it among its siblings."""

    id: CategoryId
    name: str
    parent_id: CategoryId | None
    position: int


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with those below it."""

    category: Category
    children: tuple[CategoryNode, ...]


class CategoryTree:
    """All categories of an installation, as they belong together."""

    def __init__(self, categories: Collection[Category]) -> None:
        self._by_id: Mapping[CategoryId, Category] = {item.id: item for item in categories}
        self._below: dict[CategoryId | None, list[Category]] = {}
        for item in sorted(categories, key=lambda item: (item.position, item.name, item.id)):
            self._below.setdefault(item.parent_id, []).append(item)

    def get(self, category_id: CategoryId) -> Category | None:
        """The category with this id."""
        return self._by_id.get(category_id)

    def ancestors(self, category_id: CategoryId) -> Iterator[CategoryId]:
        """The category itself, then what is above it."""
        current = self._by_id.get(category_id)
        while current is not None:
            yield current.id
            current = self._by_id.get(current.parent_id) if current.parent_id else None

    def descendants(self, category_id: CategoryId) -> Iterator[CategoryId]:
        """The category itself, then all below it."""
        yield category_id
        for child in self._below.get(category_id, ()):
            yield from self.descendants(child.id)

    def depth(self, category_id: CategoryId | None) -> int:
        """The level of a category: 1 for those at the top, 0 above them."""
        return 0 if category_id is None else sum(1 for _ in self.ancestors(category_id))

    def height(self, category_id: CategoryId) -> int:
        """How many levels a category and what is below it take."""
        below = self._below.get(category_id, ())
        return 1 + max((self.height(child.id) for child in below), default=0)

    def next_position(self, parent_id: CategoryId | None) -> int:
        """Behind the last sibling."""
        return max((item.position for item in self._below.get(parent_id, ())), default=0) + 1

    def nodes(self, parent_id: CategoryId | None = None) -> tuple[CategoryNode, ...]:
        """The tree below a category, or all of it."""
        return tuple(
            CategoryNode(item, self.nodes(item.id)) for item in self._below.get(parent_id, ())
        )

    def placing_errors(
        self, moved: CategoryId | None, parent_id: CategoryId | None
    ) -> Sequence[FieldError]:
        """What is wrong with putting a new or a known category below another one."""
        if parent_id is None:
            return ()
        if parent_id not in self._by_id:
            return [FieldError("parent_id", "not_found", "There is no such category.")]
        if moved is not None and moved in self.ancestors(parent_id):
            return [FieldError("parent_id", "circle", "A category is not below itself.")]
        levels = self.depth(parent_id) + (1 if moved is None else self.height(moved))
        if levels > MAX_DEPTH:
            return [FieldError("parent_id", "too_deep", f"At most {MAX_DEPTH} levels.")]
        return ()


def category_name_errors(name: str) -> list[FieldError]:
    """What is wrong with the name of a category."""
    stripped = name.strip()
    if not stripped:
        return [FieldError("name", "too_short", "A name has at least one character.")]
    if len(stripped) > MAX_CATEGORY_NAME_CHARACTERS:
        words = f"At most {MAX_CATEGORY_NAME_CHARACTERS} characters."
        return [FieldError("name", "too_long", words)]
    if not stripped.isprintable():
        return [FieldError("name", "format", "A name has no control characters.")]
    return []
