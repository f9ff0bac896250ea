"""Signed webhooks: one queue for each room and URL, in order, retried until they give up."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field

import httpx
from google.protobuf import json_format
from livekit.protocol.webhook import WebhookEvent

from videocall.core.logs import get_logger
from videocall.media.config import MediaConfig
from videocall.media.tokens import Tokens

log = get_logger(__name__)

_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0


@dataclass(slots=True)
class _Queue:
    url: str
    events: deque[WebhookEvent] = field(default_factory=deque)
    dropped: int = 0
    task: asyncio.Task[None] | None = None


class Webhooks:
    """Delivers events to every configured URL; an event lost to a limit is counted in the next."""

    def __init__(
        self, config: MediaConfig, tokens: Tokens, client: httpx.AsyncClient | None = None
    ) -> None:
        self._config = config
        self._tokens = tokens
        self._client = client or httpx.AsyncClient(timeout=config.timeouts.webhook_attempt)
        self._queues: dict[tuple[str, str], _Queue] = {}

    async def warm_up(self, url: str) -> None:
        """Spend the client's slow first request on ``url``, before there are calls to hold up."""
        if self._config.webhook_urls:
            with contextlib.suppress(httpx.HTTPError):
                await self._client.get(url)

    def send(self, event: WebhookEvent) -> None:
        for url in self._config.webhook_urls:
            queue = self._queues.setdefault((event.room.sid, url), _Queue(url))
            if len(queue.events) >= self._config.limits.webhooks_queued:
                queue.dropped += 1
                log.warning("webhook_dropped", event_name=event.event, url=url)
                continue
            queue.events.append(event)
            if queue.task is None:
                queue.task = asyncio.create_task(self._drain((event.room.sid, url), queue))

    async def _drain(self, key: tuple[str, str], queue: _Queue) -> None:
        while queue.events:
            event = queue.events.popleft()
            event.num_dropped = queue.dropped
            if await self._deliver(queue.url, event):
                queue.dropped = 0
            else:
                queue.dropped += 1
        self._queues.pop(key, None)

    async def _deliver(self, url: str, event: WebhookEvent) -> bool:
        body = json_format.MessageToJson(event, indent=None).encode()
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._config.timeouts.webhook_give_up
        pause = _FIRST_PAUSE_S
        while not (done := await self._attempt(url, body)):
            if loop.time() + pause > give_up:
                log.error("webhook_gave_up", event_name=event.event, id=event.id, url=url)
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        return done

    async def _attempt(self, url: str, body: bytes) -> bool:
        token = self._tokens.webhook(self._config.signing_key, body)
        headers = {"Content-Type": "application/webhook+json", "Authorization": token}
        try:
            response = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.warning("webhook_failed", url=url, error=type(error).__name__)
            return False
        if response.is_success:
            return True
        log.warning("webhook_refused", url=url, status=response.status_code)
        return False

    async def close(self) -> None:
        """Give what is queued the drain time, then stop."""
        tasks = [queue.task for queue in self._queues.values() if queue.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._config.timeouts.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._client.aclose()
