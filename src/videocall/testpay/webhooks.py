"""Signed webhooks: out of the ledger, again and again until the application has taken them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

from videocall.core.logs import get_logger
from videocall.testpay.ledger import Ledger
from videocall.testpay.model import Webhook
from videocall.testpay.processor import Processor

log = get_logger(__name__)

SIGNATURE_HEADER = "Testpay-Signature"
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 60.0
_GIVE_UP = 3 * 24 * 3600.0
_AT_ONCE = 8
_LONGEST_SLEEP = 30.0


def signature(secret: str, body: bytes, now: float) -> str:
    """``t=<Unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">``."""
    moment = str(int(now))
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def pause_after(attempts: int) -> float:
    """Seconds to the next attempt, after so many in vain."""
    return float(min(_FIRST_PAUSE * 2 ** min(attempts, 16), _LONGEST_PAUSE))


class Courier:
    """Lets time pass in the ledger, and delivers what is due.

    http.client in threads: a larger client would cost more at the start than all the rest.
    """

    def __init__(
        self,
        ledger: Ledger,
        processor: Processor,
        clock: Callable[[], float],
        url: str,
        secret: str,
        timeout: float,
    ) -> None:
        self._ledger = ledger
        self._processor = processor
        self._clock = clock
        self._url = urlsplit(url)
        self._secret = secret
        self._timeout = timeout
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Tell that there may be something to deliver."""
        self._woken.set()

    async def run(self) -> None:
        """Work until it is cancelled."""
        while True:
            self._woken.clear()
            await asyncio.to_thread(self._processor.do_what_is_due)
            due = await asyncio.to_thread(self._ledger.webhooks_due, self._clock(), _AT_ONCE)
            if due:
                await asyncio.gather(*(asyncio.to_thread(self._deliver, item) for item in due))
                continue
            await self._sleep()

    async def _sleep(self) -> None:
        moment = await asyncio.to_thread(self._ledger.next_moment)
        seconds = _LONGEST_SLEEP if moment is None else moment - self._clock()
        try:
            async with asyncio.timeout(min(max(seconds, 0.01), _LONGEST_SLEEP)):
                await self._woken.wait()
        except TimeoutError:
            return

    def _deliver(self, webhook: Webhook) -> None:
        try:
            status = self._post(webhook.body)
        except (OSError, http.client.HTTPException) as error:
            reason = type(error).__name__
        else:
            if 200 <= status < 300:
                self._ledger.delivered(webhook, self._clock())
                return
            reason = str(status)
        now = self._clock()
        is_over = now - webhook.created_at > _GIVE_UP
        self._ledger.postpone(webhook, None if is_over else now + pause_after(webhook.attempts))
        log.info("webhook_not_delivered", reason=reason, attempts=webhook.attempts + 1)

    def _post(self, body: bytes) -> int:
        url = self._url
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=self._timeout)
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: signature(self._secret, body, self._clock()),
        }
        try:
            connection.request("POST", url.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()
