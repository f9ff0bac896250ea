"""A client that sends too fast is read more slowly; one that does not read is dropped."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from livekit.protocol import rtc

from tests.unit.media.world import World
from videocall.media.admission import Admission
from videocall.media.config import Limits
from videocall.media.join import JoinRequest
from videocall.media.signal_socket import OVERLOADED, SignalSocket


async def test_a_flood_is_slowed_down_and_not_refused() -> None:
    world = World(limits=Limits(signal_rate=100.0, signal_burst=10))
    ping = rtc.SignalRequest(ping=1).SerializeToString()
    frames: list[dict[str, Any]] = [{"type": "websocket.receive", "bytes": ping}] * 40
    frames.append({"type": "websocket.disconnect", "code": 1000})
    sent: list[Any] = []

    async def receive() -> Any:
        return frames.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    admission = Admission("room", world.claims("ann"), JoinRequest(single=True))
    began = time.monotonic()
    await SignalSocket(world.hub, send).run(admission, receive)
    assert time.monotonic() - began > 0.25  # 30 messages over the burst, 10 ms each
    messages = [rtc.SignalResponse.FromString(m["bytes"]) for m in sent if "bytes" in m]
    assert sum(m.HasField("pong") for m in messages) >= 39


async def test_a_client_that_does_not_read_is_dropped() -> None:
    world = World(limits=Limits(outbox=50))
    stuck = asyncio.Event()
    closed: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        if message["type"] == "websocket.close":
            closed.append(message["code"])
        else:
            await stuck.wait()

    admission = Admission("room", world.claims("ann"), JoinRequest(single=True))
    socket = SignalSocket(world.hub, send)
    running = asyncio.create_task(socket.run(admission, receive))
    await asyncio.sleep(0)
    for _ in range(60):
        socket.send(rtc.SignalResponse(pong=1))
    stuck.set()
    await asyncio.wait_for(running, 5)
    assert closed == [OVERLOADED]
    world.pass_time(6)
    assert world.hub.find("room", "ann") is None


async def test_a_join_that_fails_inside_is_closed_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()

    def broken(*_: object) -> str:
        raise RuntimeError("the engine is closed")

    monkeypatch.setattr(world.engine, "answer", broken)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    offer = rtc.SessionDescription(type="offer", sdp="[]")
    admission = Admission("room", world.claims("ann"), JoinRequest(single=True, offer=offer))
    await asyncio.wait_for(SignalSocket(world.hub, send).run(admission, receive), 5)
    assert sent[-1]["type"] == "websocket.close"
    assert world.hub.find("room", "ann") is None
    assert not world.engine.participants


async def test_what_a_replaced_connection_still_brings_is_dropped() -> None:
    world = World()
    gate, sent = asyncio.Event(), []
    offer = rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp="[]", id=9))
    frames = [{"type": "websocket.receive", "bytes": offer.SerializeToString()}]

    async def receive() -> Any:
        await gate.wait()
        return frames.pop() if frames else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(message)

    admission = Admission("room", world.claims("ann"), JoinRequest(single=True))
    running = asyncio.create_task(SignalSocket(world.hub, send).run(admission, receive))
    await asyncio.sleep(0)
    session = world.hub.find("room", "ann")
    assert session is not None
    newer = SignalSocket(world.hub, send)
    again = JoinRequest(single=True, reconnect=True)
    assert world.hub.connect("room", world.claims("ann"), again, newer) is session
    gate.set()
    await asyncio.wait_for(running, 5)
    assert not world.engine.answered
    assert session.link.carried_by(newer)
