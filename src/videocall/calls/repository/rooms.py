"""Rooms and invitations in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping, Select, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.calls.model.rooms import Room, RoomId, RoomPolicy, RoomStatus
from videocall.calls.tables import invitations, rooms
from videocall.core.access import Actor, UserId
from videocall.core.emails import email_key
from videocall.core.paging import PageRequest


class SqlRoomRepository:
    """Rooms."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, room: Room, invited: Sequence[str]) -> None:
        await self._connection.execute(
            insert(rooms).values(
                id=room.id,
                name=room.name,
                policy=room.policy.value,
                host_id=room.host_id,
                created_at=room.created_at,
                ended_at=room.ended_at,
                media_closed=room.media_closed,
            )
        )
        await self.set_invited(room.id, invited)

    async def get(self, room_id: RoomId) -> Room | None:
        return await self._one(select(rooms).where(rooms.c.id == room_id))

    async def lock(self, room_id: RoomId) -> Room | None:
        return await self._one(select(rooms).where(rooms.c.id == room_id).with_for_update())

    async def update(self, room: Room) -> None:
        await self._connection.execute(
            update(rooms)
            .where(rooms.c.id == room.id)
            .values(
                name=room.name,
                policy=room.policy.value,
                ended_at=room.ended_at,
                media_closed=room.media_closed,
            )
        )

    async def invited(self, room_ids: Collection[RoomId]) -> Mapping[RoomId, Sequence[str]]:
        if not room_ids:
            return {}
        query = (
            select(invitations.c.room_id, invitations.c.email)
            .where(invitations.c.room_id.in_(room_ids))
            .order_by(invitations.c.email_key)
        )
        found: dict[RoomId, list[str]] = {}
        for room_id, email in await self._connection.execute(query):
            found.setdefault(RoomId(room_id), []).append(email)
        return found

    async def set_invited(self, room_id: RoomId, invited: Sequence[str]) -> None:
        await self._connection.execute(delete(invitations).where(invitations.c.room_id == room_id))
        if invited:
            rows = [
                {"room_id": room_id, "email_key": email_key(email), "email": email}
                for email in invited
            ]
            await self._connection.execute(insert(invitations), rows)

    async def visible_to(
        self, actor: Actor, page: PageRequest, status: RoomStatus | None
    ) -> Sequence[Room]:
        query = select(rooms).order_by(rooms.c.id.desc()).limit(page.limit + 1)
        if page.before is not None:
            query = query.where(rooms.c.id < page.before)
        if status is RoomStatus.OPEN:
            query = query.where(rooms.c.ended_at.is_(None))
        elif status is RoomStatus.ENDED:
            query = query.where(rooms.c.ended_at.is_not(None))
        if not actor.is_admin:
            invited_to = select(invitations.c.room_id).where(
                invitations.c.email_key == email_key(actor.email)
            )
            query = query.where(or_(rooms.c.host_id == actor.user_id, rooms.c.id.in_(invited_to)))
        return await self._many(query)

    async def ended_with_media(self, limit: int) -> Sequence[Room]:
        return await self._many(
            select(rooms)
            .where(rooms.c.ended_at.is_not(None), rooms.c.media_closed.is_(False))
            .order_by(rooms.c.ended_at)
            .limit(limit)
        )

    async def _one(self, query: Select[tuple[object, ...]]) -> Room | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _room(row) if row is not None else None

    async def _many(self, query: Select[tuple[object, ...]]) -> list[Room]:
        return [_room(row) for row in (await self._connection.execute(query)).mappings()]


def _room(row: RowMapping) -> Room:
    return Room(
        id=RoomId(row["id"]),
        name=row["name"],
        policy=RoomPolicy(row["policy"]),
        host_id=UserId(row["host_id"]),
        created_at=row["created_at"],
        ended_at=row["ended_at"],
        media_closed=row["media_closed"],
    )
