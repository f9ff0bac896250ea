"""Claims of idempotency keys in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.idempotency import KeyClaim
from videocall.billing.tables.idempotency import idempotency_claims as claims
from videocall.core.access import UserId
from videocall.core.idempotency import CommandId, StoredAnswer


class SqlClaimRepository:
    """Claims, one for each person and key."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, claim: KeyClaim) -> bool:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(claims) if is_sqlite else insert_postgresql(claims)
        added = await self._connection.execute(
            new.values(
                owner_id=claim.owner, key=claim.key, **_columns(claim)
            ).on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def lock(self, owner: UserId, key: str) -> KeyClaim | None:
        query = select(claims).where(_is(owner, key)).with_for_update()
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _claim(row) if row is not None else None

    async def put(self, claim: KeyClaim) -> None:
        await self._connection.execute(
            update(claims).where(_is(claim.owner, claim.key)).values(**_columns(claim))
        )

    async def drop(self, owner: UserId, key: str) -> None:
        await self._connection.execute(delete(claims).where(_is(owner, key)))

    async def drop_expired(self, now: datetime, limit: int) -> int:
        expired = select(claims.c.owner_id, claims.c.key).where(claims.c.expires_at <= now)
        row = tuple_(claims.c.owner_id, claims.c.key)
        dropped = await self._connection.execute(
            delete(claims).where(row.in_(expired.order_by(claims.c.expires_at).limit(limit)))
        )
        return dropped.rowcount


def _is(owner: UserId, key: str) -> ColumnElement[bool]:
    return and_(claims.c.owner_id == owner, claims.c.key == key)


def _columns(claim: KeyClaim) -> dict[str, object]:
    answer = claim.answer
    return {
        "request_sha256": claim.request_sha256,
        "command_id": claim.command_id,
        "attempt": claim.attempt,
        "lease_until": claim.lease_until,
        "expires_at": claim.expires_at,
        "status": answer.status if answer is not None else None,
        "headers": dict(answer.headers) if answer is not None else None,
        "body": answer.body if answer is not None else None,
    }


def _claim(row: RowMapping) -> KeyClaim:
    answer = None
    if row["status"] is not None:
        answer = StoredAnswer(row["status"], row["headers"], row["body"])
    return KeyClaim(
        owner=UserId(row["owner_id"]),
        key=row["key"],
        request_sha256=row["request_sha256"],
        command_id=CommandId(row["command_id"]),
        attempt=row["attempt"],
        lease_until=row["lease_until"],
        expires_at=row["expires_at"],
        answer=answer,
    )
