"""ListPresence: signs of life of those who are there, and of those who have gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.media.world import START, World
from videocall.media import presence
from videocall.media.engine import Activity
from videocall.media.presence_service import PresenceService
from videocall.media.signals import Reason
from videocall.media.twirp_errors import TwirpError

NOW = int(START * 1000)


@pytest.fixture
def world() -> World:
    return World()


def listed(world: World, room: str = "room", **grant: Any) -> dict[str, Any]:
    claims = world.claims("office", room, **{"roomAdmin": True, **grant})
    answer = PresenceService(world.hub).call(claims, json.dumps({"room": room}).encode())
    found: dict[str, Any] = json.loads(json.dumps(answer))
    return found


def test_signs_of_life_are_moments(world: World) -> None:
    ann = world.join("ann")
    world.pass_time(2)
    handle = ann.session.participant.handle
    world.engine.activities[handle] = Activity(media_ms=500, data_ms=None, connectivity_ms=100)
    answer = listed(world)
    (who,) = answer["participants"]
    assert (answer["now_ms"], answer["room_sid"]) == (NOW + 2000, ann.session.room.room.sid)
    assert (who["identity"], who["sid"], who["state"]) == ("ann", ann.sid, "ACTIVE")
    assert (who["media_at_ms"], who["data_at_ms"]) == (NOW + 1500, None)
    assert (who["connectivity_at_ms"], who["last_at_ms"]) == (NOW + 1900, NOW + 1900)
    assert (who["joined_at_ms"], who["left_at_ms"]) == (NOW, None)


def test_whoever_has_gone_stays_listed_with_the_last_signs(world: World) -> None:
    ann = world.join("ann")
    world.engine.activities[ann.session.participant.handle] = Activity(3000, None, 1000)
    ann.session.room.remove(ann.session, Reason.SIGNAL_CLOSE)
    (who,) = listed(world)["participants"]
    assert (who["state"], who["reason"]) == ("DISCONNECTED", "SIGNAL_CLOSE")
    assert (who["left_at_ms"], who["last_at_ms"]) == (NOW, NOW - 1000)


def test_a_room_that_ended_is_listed_for_some_minutes(world: World) -> None:
    world.join("ann")
    live = world.hub.rooms["room"]
    world.pass_time(5)
    world.hub.close_room(live, Reason.ROOM_DELETED)
    answer = listed(world)
    assert answer["room_sid"] is None
    assert [p["identity"] for p in answer["participants"]] == ["ann"]
    assert answer["ended"] == [
        {
            "room_sid": live.room.sid,
            "created_at_ms": NOW,
            "ended_at_ms": NOW + 5000,
            "reason": "ROOM_DELETED",
        }
    ]
    world.pass_time(presence.KEPT_S + 1)
    again = listed(world)
    assert (again["participants"], again["ended"]) == ([], [])


def test_the_history_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MOST", 3)
    for n in range(5):
        world.join("ann", room=f"room{n}")
        world.hub.close_room(world.hub.rooms[f"room{n}"], Reason.ROOM_DELETED)
    kept = [len(listed(world, f"room{n}")["participants"]) for n in range(5)]
    assert kept == [0, 0, 1, 1, 1]


def test_presence_needs_the_administration_of_the_room(world: World) -> None:
    with pytest.raises(TwirpError, match="roomAdmin"):
        listed(world, roomAdmin=False)
    other = world.claims("office", "other", roomAdmin=True)
    with pytest.raises(TwirpError, match="roomAdmin"):
        PresenceService(world.hub).call(other, b'{"room": "room"}')


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed"),
        (b"", "invalid_argument"),
        (b"[]", "invalid_argument"),
        (b'{"room": 5}', "invalid_argument"),
        (b"[" * 100_000, "malformed"),
    ],
)
def test_a_wrong_request_says_so(world: World, body: bytes, code: str) -> None:
    claims = world.claims("office", "room", roomAdmin=True)
    with pytest.raises(TwirpError) as error:
        PresenceService(world.hub).call(claims, body)
    assert error.value.code == code
