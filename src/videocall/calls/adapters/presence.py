"""Who is really in a room: by our media server's extension, or by LiveKit's own API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Literal

import aiohttp
import httpx
import msgspec
from livekit import api
from livekit.protocol.models import ParticipantInfo
from livekit.protocol.room import ListParticipantsRequest

from videocall.calls.errors import MediaUnavailable
from videocall.calls.interfaces import PresenceSource, Seen
from videocall.calls.model.rooms import RoomId
from videocall.core.clock import Clock

_PATH = "/twirp/videocall.Presence/ListPresence"
_MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)
_THERE = (ParticipantInfo.State.JOINED, ParticipantInfo.State.ACTIVE)
_TOKEN = timedelta(minutes=1)


class _Participant(msgspec.Struct, frozen=True):
    sid: str
    joined_at_ms: int
    last_at_ms: int | None
    left_at_ms: int | None


class _Answer(msgspec.Struct, frozen=True):
    participants: list[_Participant]


class PresenceNotOffered(Exception):
    """The media server has no such extension."""


class ExtensionPresence:
    """``videocall.Presence``: the last packet of each participant, by the media server's clock."""

    def __init__(self, url: str, api_key: str, api_secret: str, timeout: timedelta) -> None:
        self._url = url.rstrip("/") + _PATH
        self._api_key = api_key
        self._api_secret = api_secret
        self._seconds = timeout.total_seconds()
        self._client: httpx.AsyncClient | None = None

    async def seen(self, room_id: RoomId) -> Sequence[Seen]:
        """As PresenceSource; raises PresenceNotOffered too."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._seconds)
        headers = {"Authorization": f"Bearer {self._token(room_id)}"}
        try:
            answer = await self._client.post(self._url, json={"room": room_id}, headers=headers)
        except httpx.HTTPError as error:
            raise MediaUnavailable from error
        if answer.status_code in _MISSING:
            raise PresenceNotOffered
        if not answer.is_success:
            raise MediaUnavailable
        try:
            found = msgspec.json.decode(answer.content, type=_Answer)
        except msgspec.DecodeError as error:
            raise MediaUnavailable from error
        return [
            Seen(who.sid, _moment(who.last_at_ms or who.joined_at_ms), who.left_at_ms is not None)
            for who in found.participants
        ]

    def _token(self, room_id: RoomId) -> str:
        grants = api.VideoGrants(room_admin=True, room=room_id)
        token = api.AccessToken(self._api_key, self._api_secret)
        return token.with_grants(grants).with_ttl(_TOKEN).to_jwt()

    async def aclose(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


class LiveKitPresence:
    """ListParticipants: whom LiveKit lists is there now, as late as LiveKit notices a loss."""

    def __init__(
        self, url: str, api_key: str, api_secret: str, timeout: timedelta, clock: Clock
    ) -> None:
        self._arguments = (url, api_key, api_secret)
        self._seconds = timeout.total_seconds()
        self._clock = clock
        self._client: api.LiveKitAPI | None = None

    async def seen(self, room_id: RoomId) -> Sequence[Seen]:
        """As PresenceSource."""
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            self._client = api.LiveKitAPI(*self._arguments, timeout=timeout, failover=False)
        try:
            request = ListParticipantsRequest(room=room_id)
            found = await self._client.room.list_participants(request)
        except (TimeoutError, api.TwirpError, aiohttp.ClientError, OSError) as error:
            raise MediaUnavailable from error
        now = self._clock.now()
        return [Seen(who.sid, now) for who in found.participants if who.state in _THERE]

    async def aclose(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


class ChosenPresence:
    """The extension where it is offered, else LiveKit's own API; or what the setting says."""

    def __init__(
        self,
        extension: ExtensionPresence,
        livekit: LiveKitPresence,
        choice: Literal["auto", "extension", "livekit"],
    ) -> None:
        self._extension = extension
        self._livekit = livekit
        self._may_fall_back = choice == "auto"
        self._source: PresenceSource = livekit if choice == "livekit" else extension

    async def seen(self, room_id: RoomId) -> Sequence[Seen]:
        """As PresenceSource; the first answer decides whom to ask from then on."""
        try:
            return await self._source.seen(room_id)
        except PresenceNotOffered as error:
            if not self._may_fall_back:
                raise MediaUnavailable from error
            self._source = self._livekit
        return await self._source.seen(room_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._extension.aclose()
        await self._livekit.aclose()


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
