"""One WebSocket of a signalling session: frames in, queued messages out, a clear close."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from livekit.protocol import rtc

from videocall.core.logs import get_logger
from videocall.media.admission import Admission
from videocall.media.asgi import Receive, Send
from videocall.media.hub import Hub
from videocall.media.session import Session
from videocall.media.wire import BadFrame, decode, encode

log = get_logger(__name__)

BAD_FRAME = 1007
OVERLOADED = 1013
IDLE = 1001
INTERNAL = 1011


class SignalSocket:
    """A ``SignalSink`` over an accepted WebSocket."""

    def __init__(self, hub: Hub, send: Send) -> None:
        self._hub = hub
        self._send = send
        self._outbox: deque[rtc.SignalResponse] = deque()
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._text = False

    def send(self, response: rtc.SignalResponse) -> None:
        """Queue a message. A client that does not read is dropped at the limit."""
        if self._closing is not None:
            return
        self._outbox.append(response)
        if len(self._outbox) > self._hub.services.config.limits.outbox:
            self._outbox.clear()
            self.close(OVERLOADED, "the client does not read its messages")
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = (code, reason)
            self._wake.set()

    async def run(self, admission: Admission, receive: Receive) -> None:
        """Serve the socket until either side ends it."""
        session = self._connect(admission)
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read(session, receive))
        try:
            await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
            if reader.done() and not writer.done():
                self.close(1000, "")
                await asyncio.wait({writer}, timeout=self._hub.services.config.timeouts.drain)
        finally:
            for task in (writer, reader):
                task.cancel()
            await asyncio.gather(writer, reader, return_exceptions=True)
            if session is not None:
                session.detach(self)

    def _connect(self, admission: Admission) -> Session | None:
        try:
            return self._hub.connect(admission.room, admission.claims, admission.request, self)
        except Exception:
            # Whatever one join trips over, the server and the other calls go on.
            log.exception("join_failed", room=admission.room)
            self.close(INTERNAL, "the server failed on this join")
            return None

    async def _write(self) -> None:
        while True:
            while self._outbox:
                frame = encode(self._outbox.popleft(), self._text)
                key = "text" if isinstance(frame, str) else "bytes"
                await self._send({"type": "websocket.send", key: frame})
            if self._closing is not None:
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
                return
            self._wake.clear()
            await self._wake.wait()

    async def _read(self, session: Session | None, receive: Receive) -> None:
        config = self._hub.services.config
        pace = _Pace(config.limits.signal_rate, config.limits.signal_burst)
        while True:
            try:
                async with asyncio.timeout(config.timeouts.signal_idle):
                    message = await receive()
            except TimeoutError:
                self.close(IDLE, "nothing was heard for too long")
                return
            if message["type"] == "websocket.disconnect":
                return
            if session is not None and not self._take(session, message):
                return
            await pace.wait()

    def _take(self, session: Session, message: object) -> bool:
        """Handle one frame; False ends the socket.

        What a replaced connection still brings is dropped: an answer to its offer would reach a
        client that has withdrawn it.
        """
        if not session.link.carried_by(self):
            return False
        frame = _frame(message)
        self._text = isinstance(frame, str)
        try:
            self._hub.requests.handle(session, decode(frame))
        except BadFrame as error:
            self.close(BAD_FRAME, str(error))
            return False
        except Exception:
            # One client's request must not take the others' signalling with it.
            log.exception("signal_request_failed", participant=session.participant.sid)
            self.close(INTERNAL, "the server failed on this request")
            return False
        return True


def _frame(message: object) -> bytes | str:
    assert isinstance(message, dict)  # noqa: S101 - an ASGI message
    data = message.get("bytes")
    frame: bytes | str = data if data is not None else message.get("text") or ""
    return frame


class _Pace:
    """A token bucket: a client that sends too fast is read more slowly."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._credit = float(burst)
        self._last = time.monotonic()

    async def wait(self) -> None:
        now = time.monotonic()
        self._credit = min(self._burst, self._credit + (now - self._last) * self._rate) - 1
        self._last = now
        if self._credit < 0:
            await asyncio.sleep(-self._credit / self._rate)
