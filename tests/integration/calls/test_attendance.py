"""Attendance from signed webhooks: once each, in any order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import people, webhooks
from tests.factories.application import Application
from tests.factories.people import Person
from tests.factories.sources import START
from tests.factories.webhooks import Sender, signature
from videocall.calls.events import attendance_stream, facts
from videocall.calls.model.attendance import fold
from videocall.calls.model.rooms import RoomId
from videocall.core.events.model import StoredEvent
from videocall.core.events.tables import events


def at(seconds: float) -> Any:
    return START + timedelta(seconds=seconds)


async def room_of(app: Application, host: Person) -> str:
    answer = await app.call("POST", "/calls/rooms", host.token, json={"name": "Maths"})
    return str(answer.json()["id"])


async def attendance(app: Application, host: Person, room: str) -> list[dict[str, Any]]:
    answer = await app.call("GET", f"/calls/rooms/{room}/attendance", host.token)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def stored_facts(app: Application, room: str) -> list[StoredEvent]:
    stream = attendance_stream(RoomId(room))
    async with app.container.engine.connect() as connection:
        rows = await connection.execute(events.select().where(events.c.stream == stream))
        return [StoredEvent(**row) for row in rows.mappings()]


async def test_a_stay_from_join_to_leave(app: Application) -> None:
    host, guest = await people.host(app), await people.person(app, name="Gus")
    room = await room_of(app, host)
    sender = Sender(app, room)
    assert (await sender.joined("PA_1", guest.id, at(10))).status_code == 200
    seen = (await app.call("GET", f"/calls/rooms/{room}", host.token)).json()
    assert seen["participant_count"] == 1
    app.clock.advance(40)
    assert (await attendance(app, host, room))[0]["seconds"] == 30
    assert (await sender.left("PA_1", guest.id, at(70))).status_code == 200
    assert await attendance(app, host, room) == [
        {
            "participant_sid": "PA_1",
            "identity": guest.id,
            "user_id": guest.id,
            "name": "Gus",
            "joined_at": "2026-03-01T09:00:10Z",
            "left_at": "2026-03-01T09:01:10Z",
            "seconds": 60,
        }
    ]
    seen = (await app.call("GET", f"/calls/rooms/{room}", host.token)).json()
    assert seen["participant_count"] == 0


async def test_a_repeated_webhook_counts_once(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    answers = await asyncio.gather(
        *(sender.joined("PA_1", host.id, at(10), event_id="EV_1") for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await stored_facts(app, room)) == 1


async def test_a_leave_that_comes_before_its_join(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    await sender.left("PA_1", host.id, at(70), joined_at=at(12))
    assert (await attendance(app, host, room))[0]["seconds"] == 58
    await sender.joined("PA_1", host.id, at(10))
    found = await attendance(app, host, room)
    assert [(item["seconds"], item["left_at"]) for item in found] == [(60, "2026-03-01T09:01:10Z")]


async def test_a_room_that_closes_ends_all_its_stays(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    first, second = Sender(app, room, "RM_one"), Sender(app, room, "RM_two")
    await first.joined("PA_1", host.id, at(0))
    await first.send("room_finished", at(30))
    await first.send("room_finished", at(25))
    await first.send("room_finished", at(35))
    await first.joined("PA_2", host.id, at(5))  # told late
    await second.joined("PA_3", host.id, at(60))
    app.clock.advance(100)
    found = await attendance(app, host, room)
    assert [(item["participant_sid"], item["seconds"]) for item in found] == [
        ("PA_1", 25),
        ("PA_2", 20),
        ("PA_3", 40),
    ]
    seen = (await app.call("GET", f"/calls/rooms/{room}", host.token)).json()
    assert seen["participant_count"] == 1


async def test_many_webhooks_at_once_lose_nothing_and_agree_with_the_stream(
    app: Application,
) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    told = [sender.joined(f"PA_{number}", host.id, at(number)) for number in range(3)]
    told += [sender.left(f"PA_{number}", host.id, at(50 + number)) for number in range(3)]
    answers = await asyncio.gather(*told)
    assert {answer.status_code for answer in answers} == {200}
    found = await attendance(app, host, room)
    assert [(item["participant_sid"], item["seconds"]) for item in found] == [
        ("PA_0", 50),
        ("PA_1", 50),
        ("PA_2", 50),
    ]
    stored = await stored_facts(app, room)
    assert [event.version for event in stored] == [1, 2, 3, 4, 5, 6]
    projected = [(item["participant_sid"], item["seconds"]) for item in found]
    folded = fold(facts(stored)).intervals()
    assert [(item.participant_sid, item.seconds(at(999))) for item in folded] == projected


async def test_an_identity_without_account_keeps_its_name(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    await Sender(app, room).joined("PA_1", "recorder", at(0))
    found = (await attendance(app, host, room))[0]
    assert (found["user_id"], found["name"]) == (None, "recorder")


async def test_life_in_an_ended_room_is_ended_again(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    await app.call("DELETE", f"/calls/rooms/{room}", host.token)
    sender = Sender(app, room)
    await sender.send("room_started", at(1))
    assert app.media.closed == [room, room]
    app.media.is_down = True
    assert (await sender.joined("PA_1", host.id, at(2))).status_code == 200
    app.media.is_down = False
    await app.container.jobs[0].run()
    assert app.media.closed == [room, room, room]


async def test_events_of_no_interest_are_taken(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    for answer in (
        await sender.send("track_published", at(1), sid="PA_1", identity=host.id),
        await sender.send("participant_joined", at(1)),  # of nobody
        await Sender(app, "not-our-room").joined("PA_1", host.id, at(1)),
        await Sender(app, "").send("egress_started", at(1)),
        await sender.send("an_event_of_the_future", at(1)),
    ):
        assert answer.status_code == 200
    assert await attendance(app, host, room) == []


@pytest.mark.parametrize(
    ("body", "authorization"),
    [
        ("{}", ""),
        ("{}", "garbage"),
        ("{}", signature("{ }")),
        ("{}", signature("{}", secret="another-secret-of-enough-length-for-hs256")),
        ("{}", signature("{}", key="APIother")),
        ("not json", signature("not json")),
        ('{"created_at": "x"}', signature('{"created_at": "x"}')),
    ],
    ids=["none", "garbage", "other-body", "other-secret", "other-key", "no-json", "wrong-type"],
)
async def test_unsigned_or_broken_webhooks(app: Application, body: str, authorization: str) -> None:
    answer = await webhooks.post(app, body, authorization)
    assert (answer.status_code, answer.json()["code"]) == (401, "calls.webhook_invalid")


async def test_a_webhook_that_is_no_text(app: Application) -> None:
    answer = await app.client.post(webhooks.PATH, content=b"\xff\xfe")
    assert (answer.status_code, answer.json()["code"]) == (401, "calls.webhook_invalid")


async def test_attendance_is_for_those_who_manage_the_room(app: Application) -> None:
    host, guest, admin = (
        await people.host(app),
        await people.person(app),
        await people.admin(app),
    )
    room = await room_of(app, host)
    refused = await app.call("GET", f"/calls/rooms/{room}/attendance", guest.token)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
    allowed = await app.call("GET", f"/calls/rooms/{room}/attendance", admin.token)
    assert allowed.json() == {"items": []}
    missing = await app.call("GET", "/calls/rooms/none/attendance", host.token)
    assert missing.status_code == 404


async def test_old_receipts_are_forgotten(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    await sender.joined("PA_1", host.id, at(1), event_id="EV_1")
    forget = app.container.jobs[1].run
    await forget()
    await sender.joined("PA_2", host.id, at(2), event_id="EV_1")
    assert len(await stored_facts(app, room)) == 1
    app.clock.advance(8 * 86400)
    await forget()
    await sender.joined("PA_2", host.id, at(2), event_id="EV_1")
    assert len(await stored_facts(app, room)) == 2
