"""Webhooks as an application receives them: signed, in order, retried, given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from livekit import api
from livekit.protocol import models
from livekit.protocol.webhook import WebhookEvent

from tests.integration.media.conftest import local_config
from tests.integration.media.tokens import KEY, SECRET
from tests.integration.media.waiting import eventually
from videocall.media.config import Limits, Timeouts
from videocall.media.tokens import Tokens
from videocall.media.webhooks import Webhooks


class Receiver:
    """An application's endpoint that verifies with LiveKit's own receiver."""

    def __init__(self) -> None:
        self.events: list[WebhookEvent] = []
        self.attempts = 0
        self.refuse_first = 0
        self._verifier = api.WebhookReceiver(api.TokenVerifier(KEY, SECRET))

    async def handle(self, request: web.Request) -> web.Response:
        self.attempts += 1
        assert request.headers["Content-Type"] == "application/webhook+json"
        event = self._verifier.receive(await request.text(), request.headers["Authorization"])
        if self.attempts <= self.refuse_first:
            return web.Response(status=503)
        self.events.append(event)
        return web.Response()

    async def received(self, count: int) -> list[str]:
        await eventually(lambda: len(self.events) >= count)
        return [event.event for event in self.events]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    target = Receiver()
    app = web.Application()
    app.router.add_post("/hook", target.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield target, f"http://127.0.0.1:{port}/hook"
    await runner.cleanup()


def webhooks(url: str, limit: int = 1_000, give_up: float = 60.0) -> Webhooks:
    config = local_config(
        webhook_urls=[url],
        limits=Limits(webhooks_queued=limit),
        timeouts=Timeouts(webhook_give_up=give_up, webhook_attempt=1.0, drain=0.5),
    )
    return Webhooks(config, Tokens({KEY: SECRET}, time.time))


def event(name: str, room: str = "RM_1") -> WebhookEvent:
    return WebhookEvent(event=name, id="EV_" + name, room=models.Room(sid=room, name="room"))


async def test_events_arrive_signed_and_in_order(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    sender = webhooks(url)
    names = [f"e{n}" for n in range(30)]
    for name in names:
        sender.send(event(name))
    assert await target.received(30) == names
    await sender.close()


async def test_a_refused_event_is_repeated_before_the_next(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    target.refuse_first = 2
    sender = webhooks(url)
    sender.send(event("first"))
    sender.send(event("second"))
    assert await target.received(2) == ["first", "second"]
    assert target.attempts == 4
    await sender.close()


async def test_what_is_given_up_is_counted_in_the_next(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    target.refuse_first = 1
    sender = webhooks(url, give_up=0.1)
    sender.send(event("lost"))
    sender.send(event("next"))
    assert await target.received(1) == ["next"]
    assert target.events[0].num_dropped == 1
    await sender.close()


async def test_queues_are_bounded(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    sender = webhooks(url, limit=3)
    for n in range(5):
        sender.send(event(f"e{n}"))
    assert await target.received(3) == ["e0", "e1", "e2"]
    await sender.close()


async def test_a_dead_endpoint_holds_up_neither_the_other_rooms_nor_the_stop(
    receiver: tuple[Receiver, str],
) -> None:
    target, url = receiver
    dead = webhooks("http://127.0.0.1:9/hook")
    dead.send(event("never"))
    sender = webhooks(url)
    sender.send(event("a", "RM_1"))
    sender.send(event("b", "RM_2"))
    assert sorted(await target.received(2)) == ["a", "b"]
    async with asyncio.timeout(3):
        await asyncio.gather(dead.close(), sender.close())
