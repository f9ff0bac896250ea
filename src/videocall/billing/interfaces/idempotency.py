"""What claims of idempotency keys need; the door is `videocall.core.idempotency.Claims`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from videocall.billing.model.idempotency import KeyClaim
from videocall.core.access import UserId
from videocall.core.db.work import UnitsOfWork


class ClaimRepository(Protocol):
    """Claims in the database, one for each person and key."""

    async def add(self, claim: KeyClaim) -> bool:
        """Store a new claim; False when the key is taken."""
        ...

    async def lock(self, owner: UserId, key: str) -> KeyClaim | None:
        """The claim of a key; nobody else changes it until the transaction ends."""
        ...

    async def put(self, claim: KeyClaim) -> None:
        """Replace the claim of this key."""
        ...

    async def drop(self, owner: UserId, key: str) -> None:
        """Forget the claim of this key."""
        ...

    async def drop_expired(self, now: datetime, limit: int) -> int:
        """Forget up to ``limit`` claims whose time is over; how many there were."""
        ...


class ClaimsWork(Protocol):
    """One transaction around claims."""

    @property
    def claims(self) -> ClaimRepository: ...


ClaimsUnits = UnitsOfWork[ClaimsWork]
