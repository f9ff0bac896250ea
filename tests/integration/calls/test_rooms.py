"""Rooms over HTTP: opening, listing, changing, ending, and who may do it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import Person


async def opened(app: Application, host: Person, **body: object) -> dict[str, Any]:
    answer = await app.call("POST", "/calls/rooms", host.token, json={"name": "Maths", **body})
    assert answer.status_code == 201, answer.text
    room: dict[str, Any] = answer.json()
    return room


async def test_a_host_opens_a_room(app: Application) -> None:
    host = await people.host(app, "Ana")
    room = await opened(app, host, policy="invited", invited=["B@Example.com", "b@example.com"])
    assert room.pop("id")
    assert room == {
        "name": "Maths",
        "policy": "invited",
        "status": "open",
        "host": {"id": host.id, "name": "Ana"},
        "invited": ["b@example.com"],
        "participant_count": 0,
        "can_manage": True,
        "created_at": "2026-03-01T09:00:00Z",
        "ended_at": None,
    }


async def test_a_room_is_for_signed_in_people_unless_said_otherwise(app: Application) -> None:
    room = await opened(app, await people.host(app))
    assert (room["policy"], room["invited"]) == ("signed_in", [])


async def test_customers_open_no_rooms(app: Application) -> None:
    person = await people.person(app)
    answer = await app.call("POST", "/calls/rooms", person.token, json={"name": "Maths"})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {("name", "missing")}),
        ({"name": ""}, {("name", "too_short")}),
        ({"name": "  ", "invited": ["x"]}, {("name", "too_short"), ("invited[0]", "format")}),
        ({"name": "x" * 121}, {("name", "too_long")}),
        ({"name": "a\tb"}, {("name", "format")}),
        ({"name": "x", "policy": "open"}, {("policy", "choice")}),
        ({"name": "x", "invited": "a@example.com"}, {("invited", "type")}),
        ({"name": "x", "invited": [1]}, {("invited[0]", "type")}),
        ({"name": "x", "invited": ["a@example.com"] * 501}, {("invited", "too_long")}),
    ],
)
async def test_a_wrong_room_is_refused(
    app: Application, body: object, fields: set[tuple[str, str]]
) -> None:
    host = await people.host(app)
    answer = await app.call("POST", "/calls/rooms", host.token, json=body)
    assert answer.status_code == 422
    assert {(item["field"], item["code"]) for item in answer.json()["errors"]} == fields


async def test_everybody_sees_the_rooms_that_concern_them(app: Application) -> None:
    host, other = await people.host(app), await people.host(app)
    customer, admin = await people.person(app), await people.admin(app)
    mine = await opened(app, host)
    with_customer = await opened(app, other, invited=[customer.email.upper()])

    async def seen(person: Person) -> list[str]:
        answer = await app.call("GET", "/calls/rooms", person.token)
        return [room["id"] for room in answer.json()["items"]]

    assert await seen(host) == [mine["id"]]
    assert await seen(other) == [with_customer["id"]]
    assert await seen(customer) == [with_customer["id"]]
    assert await seen(admin) == [with_customer["id"], mine["id"]]
    assert await seen(await people.person(app)) == []


async def test_rooms_are_paged_and_filtered(app: Application) -> None:
    host = await people.host(app)
    rooms = [(await opened(app, host))["id"] for _ in range(5)]
    await app.call("DELETE", f"/calls/rooms/{rooms[0]}", host.token)
    found: list[str] = []
    cursor = ""
    while True:
        page = (
            await app.call("GET", f"/calls/rooms?limit=2&status=open{cursor}", host.token)
        ).json()
        found += [room["id"] for room in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == list(reversed(rooms[1:]))
    ended = (await app.call("GET", "/calls/rooms?status=ended", host.token)).json()
    assert [room["id"] for room in ended["items"]] == [rooms[0]]
    wrong = await app.call("GET", "/calls/rooms?status=paused", host.token)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "status")


async def test_whoever_may_join_sees_the_room_and_nobody_else(app: Application) -> None:
    host, guest = await people.host(app), await people.person(app)
    stranger, admin = await people.person(app), await people.admin(app)
    room = await opened(app, host, policy="invited", invited=[guest.email])
    path = f"/calls/rooms/{room['id']}"
    seen = (await app.call("GET", path, guest.token)).json()
    assert (seen["can_manage"], seen["invited"], seen["host"]["name"]) == (False, [], host.name)
    for person in (host, admin):
        seen = (await app.call("GET", path, person.token)).json()
        assert (seen["can_manage"], seen["invited"]) == (True, [guest.email])
    hidden = await app.call("GET", path, stranger.token)
    missing = await app.call("GET", "/calls/rooms/none", host.token)
    for answer in (hidden, missing):
        assert (answer.status_code, answer.json()["code"]) == (404, "calls.room_not_found")
    for method in ("PATCH", "DELETE"):
        refused = await app.call(method, path, stranger.token, json={})
        assert refused.status_code == 404
        refused = await app.call(method, path, guest.token, json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")


async def test_a_room_changes_in_part(app: Application) -> None:
    host, guest = await people.host(app), await people.person(app)
    room = await opened(app, host)
    path = f"/calls/rooms/{room['id']}"
    renamed = await app.call("PATCH", path, host.token, json={"name": " Physics "})
    assert (renamed.status_code, renamed.json()) == (200, {**room, "name": "Physics"})
    closed = await app.call("PATCH", path, host.token, json={"policy": "invited"})
    assert closed.json()["name"] == "Physics"
    assert (await app.call("GET", path, guest.token)).status_code == 404
    await app.call("PATCH", path, host.token, json={"invited": [guest.email]})
    assert (await app.call("GET", path, guest.token)).status_code == 200
    cleared = await app.call("PATCH", path, host.token, json={"invited": []})
    assert cleared.json()["invited"] == []
    wrong = await app.call("PATCH", path, host.token, json={"invited": ["x"], "name": ""})
    assert wrong.status_code == 422


async def test_ending_is_for_good_and_tells_the_media_server(app: Application) -> None:
    host, admin = await people.host(app), await people.admin(app)
    room = await opened(app, host)
    path = f"/calls/rooms/{room['id']}"
    assert (await app.call("DELETE", path, admin.token)).status_code == 204
    assert (await app.call("DELETE", path, host.token)).status_code == 204
    assert app.media.closed == [room["id"]]
    ended = (await app.call("GET", path, host.token)).json()
    assert (ended["status"], ended["ended_at"]) == ("ended", "2026-03-01T09:00:00Z")
    for method, target in (("PATCH", path), ("POST", f"{path}/join")):
        answer = await app.call(method, target, host.token, json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "calls.room_ended")


async def test_a_silent_media_server_hears_of_the_end_later(app: Application) -> None:
    host = await people.host(app)
    room = await opened(app, host)
    app.media.is_down = True
    assert (await app.call("DELETE", f"/calls/rooms/{room['id']}", host.token)).status_code == 204
    sweep = app.container.jobs[0].run
    assert await sweep() == 0
    app.media.is_down = False
    assert await sweep() == 1
    assert app.media.closed == [room["id"]]
    assert await sweep() == 0


async def test_two_ends_at_once_are_one(app: Application) -> None:
    host = await people.host(app)
    room = await opened(app, host)
    answers = await asyncio.gather(
        *(app.call("DELETE", f"/calls/rooms/{room['id']}", host.token) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {204}
    from videocall.core.events.tables import events

    async with app.container.engine.connect() as connection:
        told = (await connection.execute(events.select())).mappings().all()
    assert [row["type"] for row in told if row["stream"] == f"room:{room['id']}"] == [
        "calls.room_created.v1",
        "calls.room_ended.v1",
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/x"),
        ("PATCH", "/x"),
        ("DELETE", "/x"),
        ("POST", "/x/join"),
        ("GET", "/x/attendance"),
    ],
)
async def test_rooms_are_for_signed_in_people(app: Application, method: str, path: str) -> None:
    answer = await app.call(method, f"/calls/rooms{path}", json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")
