"""The terms that a product is found under.

A term is a word (see `core.words`), or a beginning of at least two letters of a word in the name or
SKU, so that a search finds while one types.
"""

from __future__ import annotations

from collections.abc import Iterable

from videocall.core.words import beginnings, first_words, fold
from videocall.products.model.products import CategoryId, ProductStatus

MIN_BEGINNING = 2
MAX_NAME_WORDS = 16
MAX_DESCRIPTION_WORDS = 100
MAX_NAME_KEY = 60


def name_key(name: str) -> str:
    """What names are sorted by: their first folded letters, the same on every database."""
    return " ".join(fold(name).split())[:MAX_NAME_KEY]


def product_terms(name: str, sku: str, description: str) -> frozenset[str]:
    """All terms that find a product with these texts."""
    terms: set[str] = set()
    for word in first_words(f"{name} {sku}", MAX_NAME_WORDS):
        terms.update(beginnings(word, MIN_BEGINNING))
    terms.update(first_words(description, MAX_DESCRIPTION_WORDS))
    return frozenset(terms)


def category_term(category_id: CategoryId) -> str:
    """The term that finds what is in a category or below it; no word has a '#'."""
    return f"#{category_id}"


def listed(terms: Iterable[str], status: ProductStatus) -> tuple[str, ...]:
    """The terms as the index has them: the archive has terms of its own, beginning with '~'."""
    if status is ProductStatus.ACTIVE:
        return tuple(terms)
    return tuple(f"~{term}" for term in terms)
