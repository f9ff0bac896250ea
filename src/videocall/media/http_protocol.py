"""uvicorn's HTTP and WebSocket protocols with the bounds that this server needs."""

from __future__ import annotations

import websockets.http11
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_LIMIT = 64 * 1024  # bytes of request line and headers
_LINGER_S = 1.0
_TOO_LARGE = b"the request line and headers are too large"

# A v1 join carries an SDP offer in its query: the package's default of 8,192 bytes a line is short.
websockets.http11.MAX_LINE_LENGTH = HEAD_LIMIT


class BoundedHttp(HttpToolsProtocol):
    """Answers 431 once a request's head outgrows the limit: httptools itself has none."""

    _head = 0
    _refused = False

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._grow(len(name) + len(value) + 4)

    def _grow(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_LIMIT:
            raise HeadTooLarge

    def send_400_response(self, msg: str) -> None:
        """Where the parser stopped because of the limit, say so."""
        if self._head > HEAD_LIMIT:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _refuse(self) -> None:
        length = str(len(_TOO_LARGE)).encode()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
            b"content-type: text/plain; charset=utf-8\r\n"
            b"content-length: " + length + b"\r\nconnection: close\r\n\r\n" + _TOO_LARGE
        )
        # Closing with unread bytes would reset the connection and lose the answer on its way.
        self._refused = True
        self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)


class HeadTooLarge(Exception):
    """A request's head is over the limit."""


class SignalWebSocket(WebSocketsSansIOProtocol):
    """Refuses upgrades that the package itself rejects, and closes soon after our close."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.close_timeout = 2.0
