"""A database as the first version left it: accounts and a call that is over, in its own tables.

Written by column names of that time, so that later changes of the code don't change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories.people import PASSWORD
from videocall.bootstrap.histories import HISTORIES
from videocall.core.db.migrate import upgrade
from videocall.core.db.types import JsonDocument, UtcDateTime
from videocall.core.security.passwords import BcryptHasher

FIRST = {"events": "events_0001", "users": "users_0001", "calls": "calls_0001"}
THEN = datetime(2026, 1, 5, 10, 30, 15, tzinfo=UTC)
ROOM, HOST, GUEST = (f"019b8d70-000{place}-7000-8000-000000000001" for place in range(3))

Row = Mapping[str, object]


def _account(user_id: str, name: str, role: str) -> Row:
    email = f"{name}@Example.com"
    return {
        "id": user_id,
        "email": email,
        "email_key": email.lower(),
        "name": name.title(),
        "role": role,
        "locale": "en",
        "created_at": THEN,
    }


def _stay(sid: str, identity: str, minutes: int) -> Row:
    return {
        "room_id": ROOM,
        "participant_sid": sid,
        "session": "RM_1",
        "identity": identity,
        "joined_at": THEN,
        "left_at": THEN + timedelta(minutes=minutes),
    }


ROWS: Mapping[str, Sequence[Row]] = {
    "events": [
        {
            "id": f"019b8d70-0009-7000-8000-00000000000{version}",
            "stream": f"room-{ROOM}",
            "version": version,
            "type": kind,
            "data": {"note": "kept"},
            "actor": HOST,
            "request_id": "r1",
            "occurred_at": THEN,
        }
        for version, kind in enumerate(("room_created", "room_ended"), start=1)
    ],
    "users": [_account(HOST, "hana", "host"), _account(GUEST, "gus", "customer")],
    "rooms": [
        {
            "id": ROOM,
            "name": "Piano lesson",
            "policy": "invited",
            "host_id": HOST,
            "created_at": THEN,
            "ended_at": THEN + timedelta(hours=1),
            "media_closed": True,
        }
    ],
    "invitations": [{"room_id": ROOM, "email_key": "gus@example.com", "email": "gus@Example.com"}],
    "stays": [_stay("PA_1", HOST, 50), _stay("PA_2", GUEST, 20)],
    "media_sessions": [
        {"room_id": ROOM, "session": "RM_1", "finished_at": THEN + timedelta(hours=1)}
    ],
    "webhook_receipts": [{"id": "EV_1", "received_at": THEN}],
}


async def leave(engine: AsyncEngine) -> None:
    """Make the tables of the first version and fill them."""
    for history in HISTORIES:
        if history.name in FIRST:
            await upgrade(engine, [history], FIRST[history.name])
    secret = await BcryptHasher(4).hash(PASSWORD)
    async with engine.begin() as connection:
        for name, rows in ROWS.items():
            more = {"password_hash": secret} if name == "users" else {}
            for row in rows:
                values = {**row, **more}
                await connection.execute(sa.insert(_table(name, values)).values(**values))


async def left(engine: AsyncEngine) -> Mapping[str, Sequence[Row]]:
    """What is there of it now, in the order in which it was put in."""
    found = {}
    async with engine.connect() as connection:
        for name, rows in ROWS.items():
            table = _table(name, rows[0])
            key = [table.c[column] for column in list(rows[0])[:2]]
            answer = await connection.execute(sa.select(table).order_by(*key))
            found[name] = [dict(row) for row in answer.mappings()]
    return found


def _table(name: str, row: Row) -> sa.TableClause:
    kinds: dict[type, Any] = {datetime: UtcDateTime(), dict: JsonDocument, bool: sa.Boolean()}
    return sa.table(
        name, *(sa.column(column, kinds.get(type(value))) for column, value in row.items())
    )
