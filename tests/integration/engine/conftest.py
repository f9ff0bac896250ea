"""An engine on a free port of loopback, and what a browser offers it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videocall.media._engine import Engine
from videocall.media.engine import EngineConfig, Role

ROOM, ALICE, TRANSPORT = 1, 2, 3


@pytest.fixture
def engine() -> Iterator[Engine]:
    """With one room and one participant, whose transport is not negotiated yet."""
    made = Engine(EngineConfig(bind="127.0.0.1", port=0, transport_timeout_ms=300))
    made.open_room(ROOM)
    made.add_participant(ROOM, ALICE, "PA_alice", "alice", can_publish_data=True)
    made.add_transport(ALICE, TRANSPORT, Role.SINGLE)
    yield made
    made.close()


@pytest.fixture(scope="session")
def offer() -> str:
    """Chromium's: opus, simulcast video, one free section of each kind, data channels."""
    return Path(__file__).with_name("chromium_offer.sdp").read_bytes().decode()
