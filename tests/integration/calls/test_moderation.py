"""Who manages a room mutes people and sends them out; nobody else may."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import Person
from tests.integration.calls.test_joining import room_of
from videocall.calls.model.rooms import RoomId
from videocall.core.access import UserId

STRANGER = "01a20467-345b-7108-b934-f883144f9496"
ACTIONS = [("POST", "/mute"), ("DELETE", "")]


async def in_call(app: Application, host: Person, *others: Person) -> str:
    room = await room_of(app, host)
    app.media.people[RoomId(room)] = {UserId(person.id) for person in (host, *others)}
    return room


async def test_the_host_mutes_and_sends_out_and_the_log_remembers(app: Application) -> None:
    host, guest = await people.host(app), await people.person(app)
    room = await in_call(app, host, guest)
    place = f"/calls/rooms/{room}/people/{guest.id}"
    assert (await app.call("POST", f"{place}/mute", host.token)).status_code == 204
    assert app.media.muted == {guest.id}
    assert (await app.call("DELETE", place, host.token)).status_code == 204
    assert app.media.people[RoomId(room)] == {host.id}
    async with app.container.engine.connect() as connection:
        query = text("SELECT type FROM events WHERE stream = :stream ORDER BY position")
        told = await connection.execute(query, {"stream": f"room:{room}"})
    assert [row.type for row in told][1:] == ["calls.person_muted.v1", "calls.person_sent_out.v1"]


@pytest.mark.parametrize(("method", "action"), ACTIONS)
async def test_guests_may_not(app: Application, method: str, action: str) -> None:
    host, guest = await people.host(app), await people.person(app)
    room = await in_call(app, host, guest)
    place = f"/calls/rooms/{room}/people/{host.id}{action}"
    answer = await app.call(method, place, guest.token)
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
    assert not app.media.muted
    assert app.media.people[RoomId(room)] == {host.id, guest.id}


@pytest.mark.parametrize(("method", "action"), ACTIONS)
async def test_rooms_and_people_that_are_not_there(
    app: Application, method: str, action: str
) -> None:
    host = await people.host(app)
    room = await in_call(app, host)
    for where, code in ((room, "calls.person_not_in_call"), (STRANGER, "calls.room_not_found")):
        place = f"/calls/rooms/{where}/people/{STRANGER}{action}"
        answer = await app.call(method, place, host.token)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize(("method", "action"), ACTIONS)
async def test_a_media_server_that_is_away(app: Application, method: str, action: str) -> None:
    host = await people.host(app)
    room = await in_call(app, host)
    app.media.is_down = True
    answer = await app.call(method, f"/calls/rooms/{room}/people/{host.id}{action}", host.token)
    assert (answer.status_code, answer.json()["code"]) == (503, "calls.media_unavailable")
