"""The projection of attendance and the receipts of webhooks in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.calls.model.attendance import Interval, Stay
from videocall.calls.model.rooms import RoomId
from videocall.calls.tables import media_sessions, stays, webhook_receipts


class SqlAttendanceRepository:
    """Stays, sessions of the media server, receipts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def receipt(self, webhook_id: str, now: datetime) -> bool:
        is_sqlite = self._connection.dialect.name == "sqlite"
        new = insert_sqlite(webhook_receipts) if is_sqlite else insert_postgresql(webhook_receipts)
        noted = await self._connection.execute(
            new.values(id=webhook_id, received_at=now).on_conflict_do_nothing()
        )
        return noted.rowcount == 1

    async def forget_receipts(self, before: datetime) -> None:
        await self._connection.execute(
            delete(webhook_receipts).where(webhook_receipts.c.received_at < before)
        )

    async def stay(self, room_id: RoomId, participant_sid: str) -> Stay | None:
        query = select(stays).where(
            stays.c.room_id == room_id, stays.c.participant_sid == participant_sid
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _stay(row)

    async def put_stay(self, room_id: RoomId, stay: Stay) -> None:
        ended = stay.left_at is not None or stay.lost_at is not None
        moments = {
            "joined_at": stay.joined_at,
            "left_at": stay.left_at,
            "lost_at": stay.lost_at,
            "confirmed_at": stay.confirmed_at,
            "is_open": not ended and not await self._is_finished(room_id, stay.session),
        }
        changed = await self._connection.execute(
            update(stays)
            .where(stays.c.room_id == room_id, stays.c.participant_sid == stay.participant_sid)
            .values(**moments)
        )
        if changed.rowcount == 0:
            await self._connection.execute(
                insert(stays).values(
                    room_id=room_id,
                    participant_sid=stay.participant_sid,
                    session=stay.session,
                    identity=stay.identity,
                    **moments,
                )
            )

    async def _is_finished(self, room_id: RoomId, session: str) -> bool:
        return await self._finished_at(room_id, session) is not None

    async def _finished_at(self, room_id: RoomId, session: str) -> datetime | None:
        key = and_(media_sessions.c.room_id == room_id, media_sessions.c.session == session)
        found: datetime | None = await self._connection.scalar(
            select(media_sessions.c.finished_at).where(key)
        )
        return found

    async def finish(self, room_id: RoomId, session: str, at: datetime) -> None:
        key = and_(media_sessions.c.room_id == room_id, media_sessions.c.session == session)
        known = await self._finished_at(room_id, session)
        await self._connection.execute(
            update(stays)
            .where(stays.c.room_id == room_id, stays.c.session == session)
            .values(is_open=False)
        )
        if known is None:
            await self._connection.execute(
                insert(media_sessions).values(room_id=room_id, session=session, finished_at=at)
            )
        elif at < known:
            await self._connection.execute(update(media_sessions).where(key).values(finished_at=at))

    async def intervals(self, room_id: RoomId) -> Sequence[Interval]:
        ended = select(media_sessions.c.session, media_sessions.c.finished_at).where(
            media_sessions.c.room_id == room_id
        )
        finished = {row[0]: row[1] for row in await self._connection.execute(ended)}
        query = select(stays).where(stays.c.room_id == room_id)
        found = [
            _stay(row).interval(finished.get(row["session"]))
            for row in (await self._connection.execute(query)).mappings()
        ]
        return sorted(found, key=lambda item: (item.joined_at, item.participant_sid))

    async def open_stays(self, after: RoomId | None, limit: int) -> Sequence[tuple[RoomId, Stay]]:
        query = select(stays).where(stays.c.is_open)
        if after is not None:
            query = query.where(stays.c.room_id > after)
        query = query.order_by(stays.c.room_id, stays.c.participant_sid).limit(limit)
        rows = (await self._connection.execute(query)).mappings()
        return [(RoomId(row["room_id"]), _stay(row)) for row in rows]

    async def open_in(self, room_id: RoomId, session: str) -> Sequence[Stay]:
        query = select(stays).where(
            stays.c.room_id == room_id, stays.c.is_open, stays.c.session == session
        )
        return [_stay(row) for row in (await self._connection.execute(query)).mappings()]

    async def confirm(self, moments: Sequence[tuple[RoomId, str, datetime]]) -> None:
        if not moments:
            return
        seen = bindparam("seen", type_=stays.c.confirmed_at.type)
        query = (
            update(stays)
            .where(
                stays.c.room_id == bindparam("room"),
                stays.c.participant_sid == bindparam("sid"),
                stays.c.is_open,
                or_(stays.c.confirmed_at.is_(None), stays.c.confirmed_at < seen),
            )
            .values(confirmed_at=seen)
        )
        rows = [{"room": room, "sid": sid, "seen": at} for room, sid, at in moments]
        await self._connection.execute(query, rows)

    async def present(self, room_ids: Collection[RoomId]) -> Mapping[RoomId, int]:
        if not room_ids:
            return {}
        query = (
            select(stays.c.room_id, func.count())
            .select_from(
                stays.outerjoin(
                    media_sessions,
                    and_(
                        media_sessions.c.room_id == stays.c.room_id,
                        media_sessions.c.session == stays.c.session,
                    ),
                )
            )
            .where(
                stays.c.room_id.in_(room_ids),
                stays.c.left_at.is_(None),
                stays.c.lost_at.is_(None),
                media_sessions.c.session.is_(None),
            )
            .group_by(stays.c.room_id)
        )
        return {RoomId(row[0]): row[1] for row in await self._connection.execute(query)}


def _stay(row: RowMapping) -> Stay:
    return Stay(
        row["participant_sid"],
        row["session"],
        row["identity"],
        row["joined_at"],
        row["left_at"],
        row["lost_at"],
        row["confirmed_at"],
    )
