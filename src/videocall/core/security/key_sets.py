"""Keys that sign access tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeySet:
    """Signing keys by id; the active one signs, all of them verify, so keys can be rotated."""

    active: str
    keys: Mapping[str, str]
