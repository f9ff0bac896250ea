"""Who may join and manage a room, and where its media is."""

from __future__ import annotations

import pytest

from tests.factories.sources import START
from videocall.calls.model.rooms import (
    MediaAddress,
    Room,
    RoomId,
    RoomPolicy,
    clean_invited,
    invited_errors,
)
from videocall.core.access import Actor, Role, UserId


def actor(name: str, role: Role = Role.CUSTOMER) -> Actor:
    return Actor(UserId(name), role, f"{name}@example.com", name, "s")


@pytest.mark.parametrize(
    ("who", "policy", "admitted", "manages"),
    [
        (actor("ana", Role.HOST), RoomPolicy.INVITED, True, True),
        (actor("root", Role.ADMIN), RoomPolicy.INVITED, True, True),
        (actor("gus"), RoomPolicy.INVITED, True, False),
        (actor("zoe"), RoomPolicy.INVITED, False, False),
        (actor("zoe", Role.HOST), RoomPolicy.INVITED, False, False),
        (actor("zoe"), RoomPolicy.SIGNED_IN, True, False),
    ],
)
def test_who_may_join(who: Actor, policy: RoomPolicy, admitted: bool, manages: bool) -> None:
    room = Room(RoomId("r"), "Maths", policy, UserId("ana"), START)
    assert room.admits(who, ["GUS@example.com"]) is admitted
    assert room.is_managed_by(who) is manages


@pytest.mark.parametrize(
    ("host", "secure", "url"),
    [
        ("calls.example.com", True, "wss://calls.example.com:7880"),
        ("127.0.0.1:8000", False, "ws://127.0.0.1:7880"),
        ("[::1]:8000", False, "ws://[::1]:7880"),
        ("", False, "ws://127.0.0.1:7880"),
        ("a b", False, "ws://127.0.0.1:7880"),
        ("evil;script", False, "ws://127.0.0.1:7880"),
    ],
)
def test_where_the_media_is(host: str, secure: bool, url: str) -> None:
    assert MediaAddress("", 7880).for_host(host, secure=secure) == url
    assert MediaAddress("wss://m.example", 7880).for_host(host, secure=secure) == "wss://m.example"


def test_an_address_is_invited_once() -> None:
    assert clean_invited(["A@Example.com", "b@example.com", "a@example.com"]) == (
        "a@example.com",
        "b@example.com",
    )
    assert [item.field for item in invited_errors(["a@example.com", "x", "y"])] == [
        "invited[1]",
        "invited[2]",
    ]
    assert [item.code for item in invited_errors(["a@example.com"] * 501)] == ["too_long"]
