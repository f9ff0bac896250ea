"""TURN credentials: time-limited, as coturn computes them; given at join and resume."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from tests.unit.media.world import START, World
from videocall.media.turn import Turn

URLS = ("turn:turn.example.com:3478?transport=udp", "turns:turn.example.com:443?transport=tcp")
TURN = Turn(("stun:turn.example.com:3478", *URLS), "north", 600)


def test_the_credential_is_the_hmac_of_its_end() -> None:
    stun, relay = TURN.ice_servers("PA_1", 1000.9)
    assert (list(stun.urls), stun.username) == (["stun:turn.example.com:3478"], "")
    assert (list(relay.urls), relay.username) == (list(URLS), "1600:PA_1")
    digest = hmac.new(b"north", b"1600:PA_1", hashlib.sha1).digest()
    assert relay.credential == base64.b64encode(digest).decode()


def test_clients_get_them_when_they_join_and_when_they_resume() -> None:
    world = World(turn=TURN)
    ann = world.join("ann")
    given = ann.received[0].join.ice_servers
    assert given[1].username == f"{int(START) + 600}:{ann.sid}"
    world.pass_time(4)
    ann.resume()
    assert ann.last("reconnect").ice_servers[1].username == f"{int(START) + 604}:{ann.sid}"


def test_without_turn_servers_there_is_nothing_to_give() -> None:
    assert not World().join("ann").received[0].join.ice_servers


@pytest.mark.parametrize("turn", [(("http://x",), "s"), (("turn:x",), "")])
def test_a_wrong_setting_is_refused(turn: tuple[tuple[str, ...], str]) -> None:
    with pytest.raises(ValueError, match="TURN"):
        Turn(*turn)
