"""Rooms and invitations in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    delete,
    insert,
    select,
    text,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.calls.model.rooms import Room, RoomId, RoomPolicy, RoomStatus
from videocall.calls.tables import MEDIA_LEFT, invitations, rooms
from videocall.core.access import Actor, UserId
from videocall.core.emails import email_key
from videocall.core.paging import PageRequest

S = TypeVar("S", bound=tuple[Any, ...])


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
        await self._connection.execute(
            update(invitations)
            .where(invitations.c.room_id == room.id)
            .values(is_open=room.status is RoomStatus.OPEN)
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
        if actor.is_admin:
            return await self._many(_page(select(rooms), rooms.c.id, page, _is(status)))
        # Two ranges of two indexes, of ids alone; then the rooms that are shown.
        own = _page(select(rooms.c.id), rooms.c.id, page, _is(status)).where(
            rooms.c.host_id == actor.user_id
        )
        invited_to = _page(
            select(invitations.c.room_id.label("id")),
            invitations.c.room_id,
            page,
            [] if status is None else [invitations.c.is_open.is_(status is RoomStatus.OPEN)],
        ).where(invitations.c.email_key == email_key(actor.email))
        found = union(
            select(own.subquery("own").c.id), select(invited_to.subquery("invited_to").c.id)
        ).subquery("found")
        ids = (await self._connection.execute(_page(select(found.c.id), found.c.id, page))).all()
        if not ids:
            return []
        shown = select(rooms).where(rooms.c.id.in_([row[0] for row in ids]))
        return await self._many(shown.order_by(rooms.c.id.desc()))

    async def ended_with_media(self, limit: int) -> Sequence[Room]:
        return await self._many(
            select(rooms).where(text(MEDIA_LEFT)).order_by(rooms.c.ended_at).limit(limit)
        )

    async def _one(self, query: Select[tuple[object, ...]]) -> Room | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _room(row) if row is not None else None

    async def _many(self, query: Select[tuple[object, ...]]) -> list[Room]:
        return [_room(row) for row in (await self._connection.execute(query)).mappings()]


def _is(status: RoomStatus | None) -> list[ColumnElement[bool]]:
    if status is None:
        return []
    is_open = status is RoomStatus.OPEN
    return [rooms.c.ended_at.is_(None) if is_open else rooms.c.ended_at.is_not(None)]


def _page(
    query: Select[S],
    room_id: ColumnElement[str],
    page: PageRequest,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> Select[S]:
    query = query.where(*conditions).order_by(room_id.desc()).limit(page.limit + 1)
    return query if page.before is None else query.where(room_id < page.before)


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
