"""An application's end of webhooks."""

from __future__ import annotations

from aiohttp import web
from livekit import api
from livekit.protocol.webhook import WebhookEvent

from tests.integration.media.tokens import KEY, SECRET
from tests.integration.media.waiting import eventually


class Receiver:
    """An application's endpoint that verifies with LiveKit's own receiver."""

    def __init__(self) -> None:
        self.events: list[WebhookEvent] = []
        self.attempts = 0
        self.refuse_first = 0
        self.refuse_with = 503
        self._verifier = api.WebhookReceiver(api.TokenVerifier(KEY, SECRET))

    async def handle(self, request: web.Request) -> web.Response:
        self.attempts += 1
        assert request.headers["Content-Type"] == "application/webhook+json"
        event = self._verifier.receive(await request.text(), request.headers["Authorization"])
        if self.attempts <= self.refuse_first:
            return web.Response(status=self.refuse_with)
        self.events.append(event)
        return web.Response()

    async def received(self, count: int) -> list[str]:
        await eventually(lambda: len(self.events) >= count)
        return [event.event for event in self.events]
