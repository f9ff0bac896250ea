"""Identifiers: UUIDv7 (RFC 9562), so that the order of ids is the order of creation."""

from __future__ import annotations

from typing import Protocol

import uuid_utils


class Ids(Protocol):
    """Makes identifiers that were never given before."""

    def new(self) -> str:
        """A new identifier: 36 characters, growing with time."""
        ...


class Uuid7Ids:
    """UUIDv7 in its canonical text form."""

    def new(self) -> str:
        return str(uuid_utils.uuid7())
