"""Words of texts, for indexes of terms that find something while one types.

Text is compared without case and accents (Unicode NFKD). A term is a word or the beginning of one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_WORD = 24
MAX_QUERY_WORDS = 6

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text without case and accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def words(text: str) -> Iterator[str]:
    """The words of a text, folded, each cut to a length that an index likes."""
    for match in _WORD.finditer(fold(text)):
        yield match[0][:MAX_WORD]


def first_words(text: str, count: int) -> list[str]:
    """The first different words."""
    found: dict[str, None] = {}
    for word in words(text):
        if len(found) == count:
            break
        found[word] = None
    return list(found)


def beginnings(word: str, shortest: int) -> Iterator[str]:
    """The word and its beginnings of at least ``shortest`` letters."""
    yield word
    yield from (word[:end] for end in range(shortest, len(word)))


def query_terms(query: str) -> tuple[str, ...]:
    """The terms that must all be there; the longest, so the rarest, first."""
    found = first_words(query, MAX_QUERY_WORDS)
    return tuple(sorted(found, key=lambda word: (-len(word), word)))
