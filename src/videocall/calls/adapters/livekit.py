"""LiveKit's public API: rooms, access tokens, webhooks; for our media server and clusters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
from livekit import api
from livekit.protocol.models import DisconnectReason, ParticipantInfo, TrackSource
from livekit.protocol.room import (
    CreateRoomRequest,
    DeleteRoomRequest,
    MuteRoomTrackRequest,
    RoomParticipantIdentity,
)
from livekit.protocol.webhook import WebhookEvent

from videocall.calls.errors import MediaUnavailable, PersonNotInCall, WebhookInvalid
from videocall.calls.interfaces import JoinGrant, MediaEvent
from videocall.calls.model.attendance import Fact, Finished, Joined, Left
from videocall.calls.model.rooms import RoomId
from videocall.core.access import UserId

_NOT_FOUND = "not_found"
_OPENING = frozenset({"room_started", "participant_joined"})
_LEAVING = frozenset({"participant_left", "participant_connection_aborted"})

_SILENT = frozenset(
    {
        DisconnectReason.SIGNAL_CLOSE,
        DisconnectReason.MEDIA_FAILURE,
        DisconnectReason.CONNECTION_TIMEOUT,
        DisconnectReason.DUPLICATE_IDENTITY,  # often somebody who comes back by another network
    }
)
"""Reasons of a server that had waited for a participant."""


class LiveKitRooms:
    """RoomService; the connection is opened at its first use."""

    def __init__(self, url: str, api_key: str, api_secret: str, timeout: timedelta) -> None:
        self._url = url
        self._api_key = api_key
        self._api_secret = api_secret
        self._seconds = timeout.total_seconds()
        self._client: api.LiveKitAPI | None = None
        self._probe: httpx.AsyncClient | None = None

    async def open(self, room_id: RoomId) -> None:
        try:
            await self._api().room.create_room(CreateRoomRequest(name=room_id))
        except (TimeoutError, api.TwirpError, aiohttp.ClientError, OSError) as error:
            raise MediaUnavailable from error

    async def close(self, room_id: RoomId) -> None:
        try:
            await self._api().room.delete_room(DeleteRoomRequest(room=room_id))
        except api.TwirpError as error:
            if error.code != _NOT_FOUND:
                raise MediaUnavailable from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise MediaUnavailable from error

    async def mute(self, room_id: RoomId, person: UserId) -> None:
        async with _answers():
            rooms = self._api().room
            there = await rooms.get_participant(
                RoomParticipantIdentity(room=room_id, identity=person)
            )
            for track in there.tracks:
                if track.source == TrackSource.MICROPHONE and not track.muted:
                    await rooms.mute_published_track(
                        MuteRoomTrackRequest(
                            room=room_id, identity=person, track_sid=track.sid, muted=True
                        )
                    )

    async def send_out(self, room_id: RoomId, person: UserId) -> None:
        async with _answers():
            await self._api().room.remove_participant(
                RoomParticipantIdentity(room=room_id, identity=person)
            )

    async def check(self) -> None:
        """Whether the server answers; raises what is wrong. For /health."""
        if self._probe is None:
            self._probe = httpx.AsyncClient(timeout=self._seconds)
        (await self._probe.get(self._url)).raise_for_status()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        if self._probe is not None:
            await self._probe.aclose()
            self._probe = None

    def _api(self) -> api.LiveKitAPI:
        if self._client is None:
            self._client = api.LiveKitAPI(
                self._url,
                self._api_key,
                self._api_secret,
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                failover=False,
            )
        return self._client


@asynccontextmanager
async def _answers() -> AsyncIterator[None]:
    """Errors of a call about one person, as the domain's."""
    try:
        yield
    except api.TwirpError as error:
        raise (PersonNotInCall if error.code == _NOT_FOUND else MediaUnavailable) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise MediaUnavailable from error


class LiveKitTokens:
    """Access tokens of LiveKit (JWT, HS256) that are good for ``ttl`` to connect with."""

    def __init__(self, api_key: str, api_secret: str, ttl: timedelta) -> None:
        self._api_key = api_key
        self._api_secret = api_secret
        self._ttl = ttl

    def mint(self, grant: JoinGrant) -> str:
        video = api.VideoGrants(
            room_join=True,
            room=grant.room_id,
            can_publish=True,
            can_subscribe=True,
            can_publish_data=True,
            can_update_own_metadata=True,
            room_admin=True if grant.is_manager else None,
        )
        role = "host" if grant.is_manager else "guest"
        return (
            api.AccessToken(self._api_key, self._api_secret)
            .with_identity(grant.identity)
            .with_name(grant.name)
            .with_metadata(json.dumps({"role": role}))
            .with_grants(video)
            .with_ttl(self._ttl)
            .to_jwt()
        )


class LiveKitWebhooks:
    """Signed webhooks: the body's SHA-256 is a claim of the token in Authorization."""

    def __init__(self, api_key: str, api_secret: str) -> None:
        self._receiver = api.WebhookReceiver(api.TokenVerifier(api_key, api_secret))

    def read(self, body: str, authorization: str) -> MediaEvent | None:
        try:
            event = self._receiver.receive(body, authorization.removeprefix("Bearer "))
        except Exception as error:  # the receiver raises a bare Exception for a wrong hash
            raise WebhookInvalid from error
        if not event.room.name:
            return None
        return MediaEvent(
            id=event.id or hashlib.sha256(body.encode()).hexdigest(),
            room_id=RoomId(event.room.name),
            fact=_fact(event),
            is_opening=event.event in _OPENING,
            is_lost=event.participant.disconnect_reason in _SILENT,
        )


def _fact(event: WebhookEvent) -> Fact | None:
    told_at = datetime.fromtimestamp(event.created_at, UTC)
    session = event.room.sid
    if event.event == "room_finished":
        return Finished(session, told_at)
    who = event.participant
    if not who.sid:
        return None
    joined_at = _joined_at(who)
    if event.event == "participant_joined":
        return Joined(session, who.sid, who.identity, joined_at or told_at)
    if event.event in _LEAVING:
        return Left(session, who.sid, who.identity, joined_at, told_at)
    return None


def _joined_at(who: ParticipantInfo) -> datetime | None:
    if who.joined_at_ms:
        return datetime.fromtimestamp(who.joined_at_ms / 1000, UTC)
    return datetime.fromtimestamp(who.joined_at, UTC) if who.joined_at else None
