"""Identifiers: UUIDv7 (RFC 9562), so that the order of ids is the order of creation."""

from __future__ import annotations

import re
from typing import Protocol

import uuid_utils

_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """Whether this could be an identifier of ours: what else is asked for does not exist."""
    return _FORM.fullmatch(text) is not None


class Ids(Protocol):
    """Makes identifiers that were never given before."""

    def new(self) -> str:
        """A new identifier: 36 characters, growing with time."""
        ...


class Uuid7Ids:
    """UUIDv7 in its canonical text form."""

    def new(self) -> str:
        return str(uuid_utils.uuid7())
