"""Making a stock keeping unit from a name."""

from __future__ import annotations

from videocall.core.words import words

_MAX_LETTERS = 24
_SUFFIX = 6


def generated_sku(name: str, unique: str) -> str:
    """Readable words of the name and the end of an identifier, such as 'YOGA-MAT-4F09A1'."""
    readable = ""
    for word in words(name):
        plain = "".join(sign for sign in word if sign.isascii())
        longer = f"{readable}-{plain}" if readable and plain else readable or plain
        if len(longer) > _MAX_LETTERS:
            break
        readable = longer
    suffix = unique.replace("-", "")[-_SUFFIX:]
    return f"{readable or 'P'}-{suffix}".upper()
