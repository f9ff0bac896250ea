"""The tree of categories: public to read, for hosts to change."""

from __future__ import annotations

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from msgspec import UNSET

from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import problems
from videocall.products.interfaces import Categories
from videocall.products.model.categories import CategoryNode
from videocall.products.model.products import CategoryId
from videocall.products.schema import (
    CategoryBody,
    CategoryChangeBody,
    CategoryTreeBody,
    NewCategoryBody,
)

CategoriesDoor = NamedDependency[SkipValidation[Categories]]


class CategoryController(Controller):
    """Categories of products."""

    path = "/products/categories"
    tags = ("products",)

    @get(operation_id="listCategories")
    async def tree(self, categories: CategoriesDoor) -> CategoryTreeBody:
        """All categories, as a tree."""
        return CategoryTreeBody([CategoryBody.of(node) for node in await categories.tree()])

    @post(
        operation_id="createCategory",
        security=SECURED,
        responses=problems(401, 403, 422),
    )
    async def create(
        self, data: JSONBody[NewCategoryBody], actor: SignedIn, categories: CategoriesDoor
    ) -> CategoryBody:
        """Add one, behind its siblings; for hosts."""
        parent = CategoryId(data.parent_id) if data.parent_id is not None else None
        made = await categories.create(actor, data.name, parent)
        return CategoryBody.of(CategoryNode(made, ()))

    @patch(
        "/{category_id:str}",
        operation_id="updateCategory",
        security=SECURED,
        responses=problems(401, 403, 404, 422),
    )
    async def update(
        self,
        category_id: FromPath[str],
        data: JSONBody[CategoryChangeBody],
        actor: SignedIn,
        categories: CategoriesDoor,
    ) -> CategoryBody:
        """Rename it, or move it with all below; for hosts."""
        parent = data.parent_id
        node = await categories.update(
            actor,
            CategoryId(category_id),
            data.name if data.name is not UNSET else None,
            CategoryId(parent) if isinstance(parent, str) else parent,
        )
        return CategoryBody.of(node)

    @delete(
        "/{category_id:str}",
        operation_id="deleteCategory",
        security=SECURED,
        responses=problems(401, 403, 404, 409),
    )
    async def remove(
        self, category_id: FromPath[str], actor: SignedIn, categories: CategoriesDoor
    ) -> None:
        """Delete an empty one; for hosts."""
        await categories.remove(actor, CategoryId(category_id))
