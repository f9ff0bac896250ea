"""Stays that nobody told the end of: they end when the participant was last seen alive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from livekit.protocol.models import DisconnectReason

from tests.factories import people
from tests.factories.application import Application
from tests.factories.sources import START
from tests.factories.webhooks import Sender
from tests.integration.calls.test_attendance import attendance, room_of, stored_facts
from videocall.calls.events import facts
from videocall.calls.interfaces import Seen
from videocall.calls.model.attendance import Lost, fold
from videocall.calls.model.rooms import RoomId
from videocall.calls.service import presence


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def call_of_one(app: Application) -> tuple[Any, str, Sender]:
    """A host in a call since the start."""
    host = await people.host(app)
    room = await room_of(app, host)
    sender = Sender(app, room)
    await sender.joined("PA_1", host.id, at(0))
    return host, room, sender


async def left_at(app: Application, host: Any, room: str) -> str | None:
    (stay,) = await attendance(app, host, room)
    found: str | None = stay["left_at"]
    return found


async def test_who_is_seen_stays(app: Application) -> None:
    host, room, _ = await call_of_one(app)
    for second in range(3):
        app.presence.people[RoomId(room)] = [Seen("PA_1", at(second))]
        assert await app.container.presence.sweep() == 1
        app.clock.advance(1)
    assert await left_at(app, host, room) is None
    assert len(await stored_facts(app, room)) == 1


async def test_who_is_not_seen_any_more_left_when_last_seen(app: Application) -> None:
    host, room, _ = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(4.5))]
    await app.container.presence.sweep()
    app.presence.people.clear()
    app.clock.advance(9)
    await app.container.presence.sweep()
    assert await left_at(app, host, room) is None, "a webhook may be on its way"
    app.clock.advance(10)
    for _ in range(2):
        await app.container.presence.sweep()
    assert await left_at(app, host, room) == text(at(4.5))
    told = list(facts(await stored_facts(app, room)))
    assert [type(fact).__name__ for fact in told] == ["Joined", "Lost"]
    assert fold(told).intervals()[0].left_at == at(4.5)
    seen = (await app.call("GET", f"/calls/rooms/{room}", host.token)).json()
    assert seen["participant_count"] == 0


async def test_a_departure_that_only_the_media_server_remembers(app: Application) -> None:
    host, room, _ = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(7), has_left=True)]
    app.clock.advance(12)
    await app.container.presence.sweep()
    assert await left_at(app, host, room) is None
    app.clock.advance(10)
    await app.container.presence.sweep()
    assert await left_at(app, host, room) == text(at(7))


async def test_a_media_server_that_stays_silent_ends_what_it_had_confirmed(
    app: Application,
) -> None:
    host, room, sender = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(3))]
    await app.container.presence.sweep()
    await sender.joined("PA_2", "never-confirmed", at(3))
    app.presence.is_down = True
    app.clock.advance(50)
    await app.container.presence.sweep()
    assert [stay["left_at"] for stay in await attendance(app, host, room)] == [None, None]
    app.clock.advance(20)
    await app.container.presence.sweep()
    ends = {s["participant_sid"]: s["left_at"] for s in await attendance(app, host, room)}
    assert ends == {"PA_1": text(at(3)), "PA_2": None}


async def test_a_webhook_that_comes_late_is_believed(app: Application) -> None:
    host, room, sender = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(5))]
    await app.container.presence.sweep()
    app.presence.people.clear()
    app.clock.advance(60)
    await app.container.presence.sweep()
    assert await left_at(app, host, room) == text(at(5))
    await sender.left("PA_1", host.id, at(8))
    assert await left_at(app, host, room) == text(at(8))
    assert await app.container.presence.sweep() == 0


async def test_a_room_that_closes_ends_who_was_last_seen_before(app: Application) -> None:
    host, room, sender = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(5))]
    await app.container.presence.sweep()
    await sender.send("room_finished", at(25))
    assert await left_at(app, host, room) == text(at(5))
    told = list(facts(await stored_facts(app, room)))
    assert any(isinstance(fact, Lost) for fact in told)
    assert fold(told).intervals()[0].left_at == at(5)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(26))]
    assert await app.container.presence.sweep() == 0


async def test_confirmations_never_go_back(app: Application) -> None:
    host, room, _ = await call_of_one(app)
    for second in (6, 4):
        app.presence.people[RoomId(room)] = [Seen("PA_1", at(second))]
        await app.container.presence.sweep()
    app.presence.people.clear()
    app.clock.advance(60)
    await app.container.presence.sweep()
    assert await left_at(app, host, room) == text(at(6))


async def test_a_silent_server_is_not_asked_about_every_room(app: Application) -> None:
    host = await people.host(app)
    for number in range(20):
        sender = Sender(app, await room_of(app, host))
        await sender.joined(f"PA_{number}", host.id, at(0))
    app.presence.is_down = True
    assert await app.container.presence.sweep() == 0
    assert app.presence.asked == 8


async def test_a_sweep_is_bounded_and_the_next_goes_on_behind_it(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_STAYS", 3)
    host = await people.host(app)
    for number in range(4):
        room = await room_of(app, host)
        sender = Sender(app, room)
        sids = [f"PA_{number}{n}" for n in range(2)]
        for sid in sids:
            await sender.joined(sid, host.id, at(0))
        app.presence.people[RoomId(room)] = [Seen(sid, at(1)) for sid in sids]
    swept = [await app.container.presence.sweep() for _ in range(5)]
    assert swept == [2, 2, 2, 2, 2], "a room at a time, and from the beginning again"
    assert app.presence.asked == 5


@pytest.mark.parametrize(
    ("reason", "left", "expected"),
    [
        (DisconnectReason.SIGNAL_CLOSE, 25, 5),
        (DisconnectReason.MEDIA_FAILURE, 25, 5),
        (DisconnectReason.CLIENT_INITIATED, 25, 25),
        (DisconnectReason.SIGNAL_CLOSE, 4, 4),
        (DisconnectReason.SIGNAL_CLOSE, 200, 200),  # nobody looked for minutes
    ],
)
async def test_silence_ends_a_stay_with_its_last_packet(
    app: Application, reason: DisconnectReason, left: float, expected: float
) -> None:
    host, room, sender = await call_of_one(app)
    app.presence.people[RoomId(room)] = [Seen("PA_1", at(5))]
    await app.container.presence.sweep()
    await sender.left("PA_1", host.id, at(left), reason=reason)
    assert await left_at(app, host, room) == text(at(expected))
    told = list(facts(await stored_facts(app, room)))
    assert fold(told).intervals()[0].left_at == at(expected)
