"""The ASGI application: routes, and refusals of upgrades with their true status."""

from __future__ import annotations

import re

from videocall.media.admission import admit, authenticate
from videocall.media.asgi import Receive, Scope, Send, bearer, query, respond, respond_json
from videocall.media.hub import Hub, Refused
from videocall.media.regions import region_settings
from videocall.media.signal_socket import SignalSocket
from videocall.media.stats import snapshot
from videocall.media.twirp import Twirp

_JOIN = {"/rtc": False, "/rtc/v1": True}  # path: whether it is the single peer connection's
_VALIDATE = {f"{path}/validate": single for path, single in _JOIN.items()}


class MediaApp:
    """Plain ASGI, because LiveKit's clients need 401 and 404 on a refused WebSocket."""

    def __init__(self, hub: Hub, twirp: Twirp) -> None:
        self._hub = hub
        self._twirp = twirp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = re.sub(r"^/+", "/", scope.get("path", "/"))
        if scope["type"] == "websocket":
            await self._websocket(path, scope, receive, send)
        elif scope["type"] == "http":
            await self._http(path, scope, receive, send)

    def _single(self, routes: dict[str, bool], path: str) -> bool | None:
        """Which signal version ``path`` is of; None if there is no such path here."""
        single = routes.get(path.rstrip("/"))
        if single and not self._hub.services.config.single_peer_connection:
            return None
        return single

    async def _websocket(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        single = self._single(_JOIN, path)
        if single is None:
            await respond(scope, send, 404, "not found")
            return
        try:
            admission = admit(self._hub, bearer(scope), query(scope), single)
        except (Refused, ValueError) as error:
            status = error.status if isinstance(error, Refused) else 400
            await respond(scope, send, status, str(error))
            return
        await send({"type": "websocket.accept"})
        await SignalSocket(self._hub, send).run(admission, receive)

    async def _http(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await respond(scope, send, 204, "")
        elif path.startswith("/twirp/"):
            await self._twirp(path, scope, receive, send)
        elif path == "/":
            await respond(scope, send, 200, "OK")
        elif path == "/health":
            await respond_json(scope, send, 200, {"status": "ok", **snapshot(self._hub)})
        elif path == "/settings/regions":
            await self._regions(scope, send)
        elif (single := self._single(_VALIDATE, path)) is not None:
            await self._validate(single, scope, send)
        else:
            await respond(scope, send, 404, "not found")

    async def _validate(self, single: bool, scope: Scope, send: Send) -> None:
        try:
            admit(self._hub, bearer(scope), query(scope), single)
        except (Refused, ValueError) as error:
            status = error.status if isinstance(error, Refused) else 400
            await respond(scope, send, status, str(error))
            return
        await respond(scope, send, 200, "success")

    async def _regions(self, scope: Scope, send: Send) -> None:
        try:
            authenticate(self._hub, bearer(scope))
        except Refused as error:
            await respond(scope, send, error.status, error.text)
            return
        await respond_json(scope, send, 200, region_settings(scope))
