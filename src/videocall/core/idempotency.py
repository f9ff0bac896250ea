"""Commands that may be repeated: what an Idempotency-Key claims, and the answer kept for it.

A client that heard no answer sends the same request with the same key again: it runs once, and
every repeat gets the answer of that one run. After a crash it runs again as the same command.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType, Protocol

from videocall.core.access import UserId

CommandId = NewType("CommandId", str)
"""One command, the same when it is repeated. What it creates takes this id, so that a second run
after a crash finds the first one's row instead of making another."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: a key stands for exactly one request."""

    method: str
    path: str  # with the query
    body: bytes

    @property
    def sha256(self) -> str:
        """What is kept of it: 64 hexadecimal digits."""
        digest = hashlib.sha256(f"{self.method} {self.path}\n".encode())
        digest.update(self.body)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer to give again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a command now; ``attempt`` counts runs, so that a late one is ignored."""

    owner: UserId
    key: str
    command_id: CommandId
    attempt: int


class Claims(Protocol):
    """Where keys are claimed, in a place that survives a crash."""

    async def claim(self, owner: UserId, key: str, request: Asked) -> Claim | StoredAnswer:
        """Take the key, or the answer that was given before.

        Raises a domain error when the key stands for another request, or while it runs.
        """
        ...

    async def keep(self, claim: Claim, answer: StoredAnswer) -> None:
        """The command is done: repeats get this answer."""
        ...

    async def refused(self, claim: Claim) -> None:
        """The command was refused and changed nothing: the key is free again."""
        ...

    async def broken_off(self, claim: Claim) -> None:
        """The outcome is not known: the next repeat runs at once, as the same command."""
        ...
