"""Search by words: which terms a product is found under, and which terms a query asks for.

Text is compared without case and accents (Unicode NFKD). A term is a whole word, or a beginning of
at least two letters of a word in the name or SKU, so that a search finds while one types.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from videocall.products.model.products import CategoryId, ProductStatus

MAX_WORD = 24
MIN_BEGINNING = 2
MAX_NAME_WORDS = 16
MAX_DESCRIPTION_WORDS = 100
MAX_QUERY_WORDS = 6
MAX_NAME_KEY = 60

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text without case and accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def words(text: str) -> Iterator[str]:
    """The words of a text, folded, each cut to a length that an index likes."""
    for match in _WORD.finditer(fold(text)):
        yield match[0][:MAX_WORD]


def name_key(name: str) -> str:
    """What names are sorted by: their first folded letters, the same on every database."""
    return " ".join(fold(name).split())[:MAX_NAME_KEY]


def product_terms(name: str, sku: str, description: str) -> frozenset[str]:
    """All terms that find a product with these texts."""
    terms: set[str] = set()
    for word in _first(f"{name} {sku}", MAX_NAME_WORDS):
        terms.add(word)
        terms.update(word[:end] for end in range(MIN_BEGINNING, len(word)))
    terms.update(_first(description, MAX_DESCRIPTION_WORDS))
    return frozenset(terms)


def query_terms(query: str) -> tuple[str, ...]:
    """The terms that a product must have, all of them; the longest, so the rarest, first."""
    found = _first(query, MAX_QUERY_WORDS)
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def category_term(category_id: CategoryId) -> str:
    """The term that finds what is in a category or below it; no word has a '#'."""
    return f"#{category_id}"


def listed(terms: Iterable[str], status: ProductStatus) -> tuple[str, ...]:
    """The terms as the index has them: the archive has terms of its own, beginning with '~'."""
    if status is ProductStatus.ACTIVE:
        return tuple(terms)
    return tuple(f"~{term}" for term in terms)


def _first(text: str, count: int) -> list[str]:
    found: dict[str, None] = {}
    for word in words(text):
        if len(found) == count:
            break
        found[word] = None
    return list(found)
