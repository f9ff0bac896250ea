"""Claims idempotency keys in short transactions of their own, around the command's."""

from __future__ import annotations

from dataclasses import replace

from videocall.billing.errors import IdempotencyInFlight
from videocall.billing.interfaces.idempotency import ClaimsUnits, ClaimsWork
from videocall.billing.model.idempotency import ClaimTimes, KeyClaim
from videocall.core.access import UserId
from videocall.core.clock import Clock
from videocall.core.idempotency import Asked, Claim, CommandId, StoredAnswer
from videocall.core.ids import Ids

_AT_ONCE = 500


class ClaimService:
    """Who may run a command now, and what repeats of it are answered."""

    def __init__(self, units: ClaimsUnits, ids: Ids, clock: Clock, times: ClaimTimes) -> None:
        self._units = units
        self._ids = ids
        self._clock = clock
        self._times = times

    async def claim(self, owner: UserId, key: str, request: Asked) -> Claim | StoredAnswer:
        """Raises IdempotencyMismatch, IdempotencyInFlight."""
        new = self._new(owner, key, request)
        async with self._units.write() as work:
            if await work.claims.add(new):
                return new.claim
            return await self._repeated(work, new)

    async def keep(self, claim: Claim, answer: StoredAnswer) -> None:
        async with self._units.write() as work:
            known = await _still_running(work, claim)
            if known is not None:
                await work.claims.put(replace(known, answer=answer))

    async def refused(self, claim: Claim) -> None:
        # An earlier run of the same command broke off and may have left something behind: only
        # its command id finds that again.
        if claim.attempt > 1:
            await self.broken_off(claim)
            return
        async with self._units.write() as work:
            if await _still_running(work, claim) is not None:
                await work.claims.drop(claim.owner, claim.key)

    async def broken_off(self, claim: Claim) -> None:
        async with self._units.write() as work:
            known = await _still_running(work, claim)
            if known is not None:
                await work.claims.put(replace(known, lease_until=self._clock.now()))

    async def sweep(self) -> int:
        """Forget answers whose time is over; how many."""
        dropped = 0
        while True:
            async with self._units.write() as work:
                now = await work.claims.drop_expired(self._clock.now(), _AT_ONCE)
            dropped += now
            if now < _AT_ONCE:
                return dropped

    async def _repeated(self, work: ClaimsWork, new: KeyClaim) -> Claim | StoredAnswer:
        now = self._clock.now()
        known = await work.claims.lock(new.owner, new.key)
        if known is None:  # refused and dropped at this moment
            raise IdempotencyInFlight(1)
        if known.expires_at <= now:
            await work.claims.put(new)
            return new.claim
        answer = known.answer_to(new.request_sha256, now)
        if answer is not None:
            return answer
        again = known.again(now, self._times)
        await work.claims.put(again)
        return again.claim

    def _new(self, owner: UserId, key: str, request: Asked) -> KeyClaim:
        now = self._clock.now()
        return KeyClaim(
            owner=owner,
            key=key,
            request_sha256=request.sha256,
            command_id=CommandId(self._ids.new()),
            attempt=1,
            lease_until=now + self._times.lease,
            expires_at=now + self._times.kept,
        )


async def _still_running(work: ClaimsWork, run: Claim) -> KeyClaim | None:
    known = await work.claims.lock(run.owner, run.key)
    if known is None or (known.command_id, known.attempt) != (run.command_id, run.attempt):
        return None
    return known
