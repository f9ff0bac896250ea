"""Joining over HTTP: the ticket that any LiveKit client takes."""

from __future__ import annotations

import json

import jwt
import pytest

from tests.factories import application, people
from tests.factories.application import MEDIA_KEY, MEDIA_SECRET, Application
from videocall.calls.model.rooms import RoomId


async def room_of(app: Application, host: people.Person, **body: object) -> str:
    answer = await app.call("POST", "/calls/rooms", host.token, json={"name": "Maths", **body})
    return str(answer.json()["id"])


async def test_a_guest_gets_a_ticket(app: Application) -> None:
    host, guest = await people.host(app), await people.person(app, name="Gus")
    room = await room_of(app, host)
    answer = await app.call("POST", f"/calls/rooms/{room}/join", guest.token, json={})
    assert answer.status_code == 200
    ticket = answer.json()
    token = ticket.pop("token")
    assert ticket == {"url": "ws://calls.example.com:7880", "room": room, "identity": guest.id}
    claims = jwt.decode(token, MEDIA_SECRET, algorithms=["HS256"], issuer=MEDIA_KEY)
    assert (claims["sub"], claims["name"]) == (guest.id, "Gus")
    assert json.loads(claims["metadata"]) == {"role": "guest"}
    assert claims["exp"] - claims["nbf"] == 600
    assert claims["video"] == {
        "roomJoin": True,
        "room": room,
        "canPublish": True,
        "canSubscribe": True,
        "canPublishData": True,
        "canUpdateOwnMetadata": True,
    }
    assert app.media.rooms == {RoomId(room)}


async def test_host_and_administrator_may_moderate(app: Application) -> None:
    host, admin = await people.host(app), await people.admin(app)
    room = await room_of(app, host)
    for person in (host, admin):
        # Without a body, too: there is nothing to say.
        answer = await app.call("POST", f"/calls/rooms/{room}/join", person.token)
        claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
        assert claims["video"]["roomAdmin"] is True
        assert json.loads(claims["metadata"]) == {"role": "host"}


@pytest.mark.parametrize(
    ("flags", "host", "url"),
    [
        ({"media.public_url": "wss://media.example.org"}, "a.example", "wss://media.example.org"),
        ({"media.port": "9999"}, "192.168.1.5:8000", "ws://192.168.1.5:9999"),
        ({}, "[fe80::1]:8000", "ws://[fe80::1]:7880"),
        ({}, "no_host:x", "ws://127.0.0.1:7880"),
    ],
)
async def test_where_the_media_server_is(
    database_url: str, flags: dict[str, str], host: str, url: str
) -> None:
    async with application.running(database_url, flags) as app:
        owner = await people.host(app)
        room = await room_of(app, owner)
        answer = await app.call(
            "POST", f"/calls/rooms/{room}/join", owner.token, headers={"Host": host}
        )
        assert answer.json()["url"] == url


async def test_only_invited_people_join_an_invited_room(app: Application) -> None:
    host, guest, stranger = (
        await people.host(app),
        await people.person(app),
        await people.person(app),
    )
    room = await room_of(app, host, policy="invited", invited=[guest.email])
    path = f"/calls/rooms/{room}/join"
    assert (await app.call("POST", path, guest.token)).status_code == 200
    refused = await app.call("POST", path, stranger.token)
    assert (refused.status_code, refused.json()["code"]) == (404, "calls.room_not_found")


async def test_without_a_media_server_the_answer_says_so(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    app.media.is_down = True
    answer = await app.call("POST", f"/calls/rooms/{room}/join", host.token)
    assert (answer.status_code, answer.json()["code"]) == (503, "calls.media_unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_a_room_that_ends_during_a_join_wins(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, guest = await people.host(app), await people.person(app)
    room = await room_of(app, host)
    first_open = app.media.open

    async def end_meanwhile(room_id: RoomId) -> None:
        await app.call("DELETE", f"/calls/rooms/{room}", host.token)
        await first_open(room_id)

    monkeypatch.setattr(app.media, "open", end_meanwhile)
    answer = await app.call("POST", f"/calls/rooms/{room}/join", guest.token)
    assert (answer.status_code, answer.json()["code"]) == (409, "calls.room_ended")
    assert app.media.rooms == set()


async def test_a_join_has_nothing_to_say_yet(app: Application) -> None:
    host = await people.host(app)
    room = await room_of(app, host)
    answer = await app.call("POST", f"/calls/rooms/{room}/join", host.token, json={"as": "king"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown")
