"""Claims of idempotency keys: when one runs, waits, answers again or is refused. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from videocall.billing.errors import IdempotencyInFlight, IdempotencyMismatch
from videocall.core.access import UserId
from videocall.core.idempotency import Claim, CommandId, StoredAnswer


@dataclass(frozen=True, slots=True)
class ClaimTimes:
    """How long a run may take before a repeat takes over, and how long an answer is kept."""

    lease: timedelta
    kept: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """What is known of one key of one person."""

    owner: UserId
    key: str
    request_sha256: str
    command_id: CommandId
    attempt: int
    lease_until: datetime
    expires_at: datetime
    answer: StoredAnswer | None = None

    @property
    def claim(self) -> Claim:
        """The right to run."""
        return Claim(self.owner, self.key, self.command_id, self.attempt)

    def answer_to(self, request_sha256: str, now: datetime) -> StoredAnswer | None:
        """The answer to give again, or None when the command may run now.

        Raises IdempotencyMismatch for another request, IdempotencyInFlight while it runs.
        """
        if request_sha256 != self.request_sha256:
            raise IdempotencyMismatch
        if self.answer is not None:
            return self.answer
        if now < self.lease_until:
            raise IdempotencyInFlight(math.ceil((self.lease_until - now).total_seconds()))
        return None

    def again(self, now: datetime, times: ClaimTimes) -> KeyClaim:
        """The same command, run once more."""
        return replace(self, attempt=self.attempt + 1, lease_until=now + times.lease)
