"""The tree of categories."""

from __future__ import annotations

from videocall.products.model.categories import Category, CategoryTree, category_name_errors
from videocall.products.model.products import CategoryId


def tree(*edges: tuple[str, str | None]) -> CategoryTree:
    return CategoryTree(
        [
            Category(CategoryId(name), name, CategoryId(parent) if parent else None, place)
            for place, (name, parent) in enumerate(edges, 1)
        ]
    )


CHAIN = tree(("a", None), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("x", None), ("y", "x"))


def codes(moved: str | None, parent: str | None) -> list[str]:
    found = CHAIN.placing_errors(
        CategoryId(moved) if moved else None, CategoryId(parent) if parent else None
    )
    return [item.code for item in found]


def test_above_and_below() -> None:
    assert list(CHAIN.ancestors(CategoryId("c"))) == ["c", "b", "a"]
    assert list(CHAIN.descendants(CategoryId("c"))) == ["c", "d", "e"]
    assert list(CHAIN.ancestors(CategoryId("none"))) == []
    assert (CHAIN.depth(None), CHAIN.depth(CategoryId("e")), CHAIN.height(CategoryId("a"))) == (
        0, 5, 5,
    )  # fmt: skip


def test_places() -> None:
    assert codes(None, "d") == []
    assert codes(None, "e") == ["too_deep"]
    assert codes(None, "none") == ["not_found"]
    assert codes("a", None) == []
    assert codes("a", "a") == ["circle"]
    assert codes("a", "e") == ["circle"]
    assert codes("d", "y") == []
    assert codes("c", "y") == []
    assert codes("b", "y") == ["too_deep"]


def test_siblings_have_an_order() -> None:
    assert [node.category.name for node in CHAIN.nodes()] == ["a", "x"]
    assert CHAIN.next_position(None) == 7
    assert CHAIN.next_position(CategoryId("y")) == 1


def test_names() -> None:
    assert category_name_errors(" Music ") == []
    assert [item.code for item in category_name_errors("")] == ["too_short"]
