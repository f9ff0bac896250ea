"""Letters in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.documents import Letter, LetterKind, LetterState
from videocall.billing.repository.claiming import claim_due
from videocall.billing.tables.documents import billing_messages as letters
from videocall.core.access import UserId


class SqlLetterRepository:
    """The outbox of letters."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, letter: Letter) -> bool:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(letters) if is_sqlite else insert_postgresql(letters)
        added = await self._connection.execute(
            new.values(
                id=letter.id,
                key=letter.key,
                kind=letter.kind.value,
                document_id=letter.document_id,
                customer_id=letter.customer_id,
                step=letter.step,
                created_at=letter.created_at,
                attempts=letter.attempts,
                **_changing(letter),
            ).on_conflict_do_nothing(index_elements=["key"])
        )
        return added.rowcount == 1

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Letter]:
        ids = await claim_due(self._connection, letters, now, until, limit)
        if not ids:
            return []
        mine = letters.c.id.in_(ids)
        await self._connection.execute(
            update(letters).where(mine).values(attempts=letters.c.attempts + 1)
        )
        return await self._read(select(letters).where(mine).order_by(letters.c.id))

    async def any_due(self, now: datetime) -> bool:
        query = select(letters.c.id).where(letters.c.next_at <= now).limit(1)
        return await self._connection.scalar(query) is not None

    async def put(self, letter: Letter) -> None:
        await self._connection.execute(
            update(letters).where(letters.c.id == letter.id).values(**_changing(letter))
        )

    async def of_document(self, document_id: str) -> Sequence[Letter]:
        about = letters.c.document_id == document_id
        return await self._read(select(letters).where(about).order_by(letters.c.id))

    async def _read(self, query: Select[tuple[object, ...]]) -> list[Letter]:
        rows = await self._connection.execute(query)
        return [_letter(row) for row in rows.mappings()]


def _changing(letter: Letter) -> dict[str, object]:
    return {
        "state": letter.state.value,
        "next_at": letter.next_at,
        "sent_at": letter.sent_at,
        "failure": letter.failure,
    }


def _letter(row: RowMapping) -> Letter:
    return Letter(
        id=row["id"],
        key=row["key"],
        kind=LetterKind(row["kind"]),
        document_id=row["document_id"],
        customer_id=UserId(row["customer_id"]),
        step=row["step"],
        state=LetterState(row["state"]),
        attempts=row["attempts"],
        next_at=row["next_at"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        failure=row["failure"],
    )
