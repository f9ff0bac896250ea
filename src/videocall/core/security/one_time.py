"""Random bearer secrets of which only a hash is stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Protocol


class Secrets(Protocol):
    """Makes secrets that nobody can guess."""

    def new(self) -> str:
        """A new secret, safe in a URL."""
        ...


class RandomSecrets:
    """256 bits from the operating system."""

    def new(self) -> str:
        return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """SHA-256 in hex: enough for secrets that are random, not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()
