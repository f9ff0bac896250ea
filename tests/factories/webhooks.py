"""Webhooks as a LiveKit server sends and signs them."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from google.protobuf.json_format import MessageToJson
from livekit import api
from livekit.protocol.models import DisconnectReason, ParticipantInfo, Room
from livekit.protocol.webhook import WebhookEvent

from tests.factories.application import MEDIA_KEY, MEDIA_SECRET, Application

PATH = "/api/v1/calls/webhooks/livekit"


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends webhooks about one room (``session``: the media server's sid of it)."""

    app: Application
    room_id: str
    session: str = "RM_one"

    async def send(
        self,
        event: str,
        at: datetime,
        *,
        sid: str = "",
        identity: str = "",
        joined_at: datetime | None = None,
        event_id: str = "",
        reason: DisconnectReason = DisconnectReason.UNKNOWN_REASON,
    ) -> httpx.Response:
        """Send one event; without an id it gets a new one."""
        joined = int(joined_at.timestamp()) if joined_at is not None else 0
        message = WebhookEvent(
            event=event,
            id=event_id or f"EV_{uuid.uuid4().hex}",
            created_at=int(at.timestamp()),
            room=Room(name=self.room_id, sid=self.session),
            participant=ParticipantInfo(
                sid=sid, identity=identity, joined_at=joined, disconnect_reason=reason
            ),
        )
        return await post(self.app, MessageToJson(message))

    async def joined(
        self, sid: str, identity: str, at: datetime, event_id: str = ""
    ) -> httpx.Response:
        return await self.send(
            "participant_joined", at, sid=sid, identity=identity, joined_at=at, event_id=event_id
        )

    async def left(
        self,
        sid: str,
        identity: str,
        at: datetime,
        joined_at: datetime | None = None,
        reason: DisconnectReason = DisconnectReason.CLIENT_INITIATED,
    ) -> httpx.Response:
        return await self.send(
            "participant_left",
            at,
            sid=sid,
            identity=identity,
            joined_at=joined_at,
            reason=reason,
        )


def signature(body: str, key: str = MEDIA_KEY, secret: str = MEDIA_SECRET) -> str:
    """The Authorization header for this body."""
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    token = api.AccessToken(key, secret).with_sha256(digest).with_ttl(timedelta(minutes=5))
    return token.to_jwt()


async def post(app: Application, body: str, authorization: str | None = None) -> httpx.Response:
    """Post a body as it is, signed unless told otherwise."""
    headers = {
        "Authorization": signature(body) if authorization is None else authorization,
        "Content-Type": "application/webhook+json",
    }
    return await app.client.post(PATH, content=body, headers=headers)
