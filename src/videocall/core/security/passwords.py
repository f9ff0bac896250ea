"""bcrypt in a thread: one hash takes about a quarter of a second of CPU at 12 rounds."""

from __future__ import annotations

import asyncio

import bcrypt

MAX_PASSWORD_BYTES = 72
"""bcrypt reads no further; longer passwords are refused instead of cut."""


class BcryptHasher:
    """Hashes and checks passwords with bcrypt; ``rounds`` is its cost (log2)."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        # A hash nobody's password has: comparing with it takes as long as with a real one.
        self._decoy = bcrypt.hashpw(b"nobody", bcrypt.gensalt(rounds))

    async def hash(self, password: str) -> str:
        """The hash to store; the caller has checked the length (ValueError over 72 bytes)."""
        salt = bcrypt.gensalt(self._rounds)
        return (await asyncio.to_thread(bcrypt.hashpw, password.encode(), salt)).decode()

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password has this hash; None costs the same time and is never right."""
        raw = password.encode()
        known = stored.encode() if stored is not None else self._decoy
        # Cut only to spend the same time: a password over the limit can't have been set.
        same = await asyncio.to_thread(bcrypt.checkpw, raw[:MAX_PASSWORD_BYTES], known)
        return same and stored is not None and len(raw) <= MAX_PASSWORD_BYTES
