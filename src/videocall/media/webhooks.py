"""Signed webhooks: one queue for each room and URL, in order, repeated until taken or too old."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import httpx
from google.protobuf import json_format
from livekit.protocol.webhook import WebhookEvent

from videocall.core.logs import get_logger
from videocall.media.config import MediaConfig
from videocall.media.ids import random_text
from videocall.media.spool import Spool
from videocall.media.tokens import Tokens

log = get_logger(__name__)

_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0
_AT_ONCE = 16  # attempts under way, for each URL
_BEAT_S = 0.4  # at every tick of the server
_COME_BACK = (408, 425, 429)  # client errors that a repeat may mend


class _Outcome(Enum):
    TAKEN = 0
    REFUSED = 1  # the receiver read it and says no
    AWAY = 2  # nobody answers, or the receiver is in trouble


@dataclass(frozen=True, slots=True)
class _Item:
    event: WebhookEvent
    number: int | None  # in the spool


@dataclass(slots=True)
class _Queue:
    url: str
    items: deque[_Item] = field(default_factory=deque)
    dropped: int = 0
    task: asyncio.Task[None] | None = None


class Webhooks:
    """Delivers events to every configured URL; an event lost to a limit is counted in the next.

    With ``spool`` what waits survives the process. ``wall``: Unix time in seconds.
    """

    def __init__(
        self,
        config: MediaConfig,
        tokens: Tokens,
        client: httpx.AsyncClient | None = None,
        spool: Spool | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._tokens = tokens
        self._client = client or httpx.AsyncClient(timeout=config.timeouts.webhook_attempt)
        self._spool = spool
        self._wall = wall
        self._beat_at = 0.0
        self._queues: dict[tuple[str, str], _Queue] = {}
        self._turns = {url: asyncio.Semaphore(_AT_ONCE) for url in config.webhook_urls}

    def start(self) -> None:
        """Go on with what an earlier process left, and tell of what ended with it."""
        if self._spool is None:
            return
        new_id, urls = (lambda: random_text(12)), self._config.webhook_urls
        if ended := self._spool.recover(urls, new_id, self._wall()):
            log.warning("webhooks_recovered", events=ended)
        for waiting in self._spool.waiting():
            if waiting.url in self._turns:
                self._enqueue(waiting.url, _Item(waiting.event, waiting.number))
            else:  # of a URL that is not configured any more
                self._spool.done(waiting.number)

    async def warm_up(self, url: str) -> None:
        """Spend the client's slow first request on ``url``, before there are calls to hold up."""
        if self._config.webhook_urls:
            with contextlib.suppress(httpx.HTTPError):
                await self._client.get(url)

    def send(self, event: WebhookEvent) -> None:
        urls = self._config.webhook_urls
        numbers: list[int | None] = [None] * len(urls)
        if self._spool is not None and urls:
            try:
                numbers = self._spool.keep(event, urls)
            except sqlite3.Error:  # the disk fails: calls go on, and so do webhooks from memory
                log.exception("webhook_not_spooled", event_name=event.event)
        for url, number in zip(urls, numbers, strict=True):
            self._enqueue(url, _Item(event, number))

    def beat(self) -> None:
        """Note that the server lives; call it at least once a second."""
        now = self._wall()
        if self._spool is None or now - self._beat_at < _BEAT_S:
            return
        self._beat_at = now
        try:
            self._spool.beat(now)
        except sqlite3.Error:
            log.exception("spool_failed")

    def _enqueue(self, url: str, item: _Item) -> None:
        key = (item.event.room.sid, url)
        queue = self._queues.setdefault(key, _Queue(url))
        if len(queue.items) >= self._config.limits.webhooks_queued:
            queue.dropped += 1
            log.warning("webhook_dropped", event_name=item.event.event, url=url)
            self._forget(item)
            return
        queue.items.append(item)
        if queue.task is None:
            queue.task = asyncio.create_task(self._drain(key, queue))

    async def _drain(self, key: tuple[str, str], queue: _Queue) -> None:
        while queue.items:
            item = queue.items.popleft()
            item.event.num_dropped = queue.dropped
            if await self._deliver(queue.url, item.event):
                queue.dropped = 0
            else:
                queue.dropped += 1
            self._forget(item)
        self._queues.pop(key, None)

    def _forget(self, item: _Item) -> None:
        if self._spool is None or item.number is None:
            return
        try:
            self._spool.done(item.number)
        except sqlite3.Error:  # it is told once more after a restart, with the same id
            log.exception("spool_failed")

    async def _deliver(self, url: str, event: WebhookEvent) -> bool:
        body = json_format.MessageToJson(event, indent=None).encode()
        timeouts, loop = self._config.timeouts, asyncio.get_running_loop()
        refused_since: float | None = None
        pause = _FIRST_PAUSE_S
        while True:
            outcome = await self._attempt(url, body)
            if outcome is _Outcome.TAKEN:
                return True
            if outcome is _Outcome.AWAY:
                refused_since = None
                too_late = self._wall() + pause - event.created_at > timeouts.webhook_keep
            else:
                refused_since = refused_since or loop.time()
                too_late = loop.time() + pause - refused_since > timeouts.webhook_give_up
            if too_late:
                log.error("webhook_gave_up", event_name=event.event, id=event.id, url=url)
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _attempt(self, url: str, body: bytes) -> _Outcome:
        token = self._tokens.webhook(self._config.signing_key, body)
        headers = {"Content-Type": "application/webhook+json", "Authorization": token}
        try:
            async with self._turns[url]:
                response = await self._client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.warning("webhook_failed", url=url, error=type(error).__name__)
            return _Outcome.AWAY
        if response.is_success:
            return _Outcome.TAKEN
        log.warning("webhook_refused", url=url, status=response.status_code)
        refused = response.is_client_error and response.status_code not in _COME_BACK
        return _Outcome.REFUSED if refused else _Outcome.AWAY

    async def close(self) -> None:
        """Give what is queued the drain time, then stop. What waits in the spool stays there."""
        tasks = [queue.task for queue in self._queues.values() if queue.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._config.timeouts.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._client.aclose()
        if self._spool is not None:
            self._spool.close()
            self._spool = None
