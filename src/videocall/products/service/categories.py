"""Changing the tree of categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import UNSET, UnsetType

from videocall.core.access import Actor
from videocall.core.errors import Forbidden, ValidationFailed
from videocall.core.ids import Ids
from videocall.products import events
from videocall.products.errors import CategoryNotFound
from videocall.products.interfaces.work import ProductsUnits
from videocall.products.model.categories import (
    Category,
    CategoryNode,
    category_name_errors,
)
from videocall.products.model.products import CategoryId
from videocall.products.model.words import category_term
from videocall.products.service.names import ShownNames


class CategoryService:
    """The tree; hosts and administrators share it."""

    def __init__(self, units: ProductsUnits, names: ShownNames, ids: Ids) -> None:
        self._units = units
        self._names = names
        self._ids = ids

    async def tree(self) -> Sequence[CategoryNode]:
        return (await self._names.tree()).nodes()

    async def create(self, actor: Actor, name: str, parent_id: CategoryId | None) -> Category:
        _check(actor, name)
        async with self._units.write() as work:
            tree = await work.categories.tree(lock=True)
            wrong = tree.placing_errors(None, parent_id)
            if wrong:
                raise ValidationFailed(fields=wrong)
            made = Category(
                CategoryId(self._ids.new()), name.strip(), parent_id, tree.next_position(parent_id)
            )
            await work.categories.add(made)
            happened = [events.category_created(made)]
            work.events.append(events.CATALOGUE_STREAM, None, happened, actor.user_id)
        return made

    async def update(
        self,
        actor: Actor,
        category_id: CategoryId,
        name: str | None,
        parent_id: CategoryId | UnsetType | None,
    ) -> CategoryNode:
        _check(actor, name)
        async with self._units.write() as work:
            tree = await work.categories.tree(lock=True)
            before = tree.get(category_id)
            if before is None:
                raise CategoryNotFound
            after = replace(before, name=name.strip() if name is not None else before.name)
            if parent_id is not UNSET and parent_id != before.parent_id:
                wrong = tree.placing_errors(category_id, parent_id)
                if wrong:
                    raise ValidationFailed(fields=wrong)
                place = tree.next_position(parent_id)
                after = replace(after, parent_id=parent_id, position=place)
                above = [
                    list(tree.ancestors(item)) if item else []
                    for item in (before.parent_id, parent_id)
                ]
                old, new = ([category_term(item) for item in items] for items in above)
                await work.categories.move_terms(list(tree.descendants(category_id)), old, new)
            if after != before:
                await work.categories.update(after)
                happened = [events.category_changed(after)]
                work.events.append(events.CATALOGUE_STREAM, None, happened, actor.user_id)
        return CategoryNode(after, tree.nodes(category_id))

    async def remove(self, actor: Actor, category_id: CategoryId) -> None:
        _check(actor, None)
        async with self._units.write() as work:
            tree = await work.categories.tree(lock=True)
            if tree.get(category_id) is None:
                raise CategoryNotFound
            await work.categories.delete(category_id)
            happened = [events.category_deleted(category_id)]
            work.events.append(events.CATALOGUE_STREAM, None, happened, actor.user_id)


def _check(actor: Actor, name: str | None) -> None:
    if not actor.may_host:
        raise Forbidden
    wrong = category_name_errors(name) if name is not None else []
    if wrong:
        raise ValidationFailed(fields=wrong)
