"""A whole application in this process, spoken to over HTTP without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.factories.shared_api import borrowed_api
from tests.factories.sources import MovedClock, sources
from videocall.bootstrap.container import Container, build_container
from videocall.bootstrap.keys import Keys
from videocall.bootstrap.web import build_asgi
from videocall.calls.errors import MediaUnavailable, PersonNotInCall
from videocall.calls.interfaces import Seen
from videocall.calls.model.rooms import RoomId
from videocall.core.access import UserId
from videocall.core.http.asgi import ASGIApp
from videocall.core.security.key_sets import KeySet
from videocall.settings import Settings, load

MEDIA_KEY = "APItest"
MEDIA_SECRET = "a-media-secret-of-enough-length-for-hs256"
PAYMENTS_SECRET = "a-secret-of-the-test-provider-of-enough-length"
KEYS = Keys(
    KeySet("k1", {"k1": "an-access-token-secret-of-enough-length"}),
    MEDIA_KEY,
    MEDIA_SECRET,
    PAYMENTS_SECRET,
)
BASE = "http://calls.example.com"


@dataclass
class MediaRoomsInMemory:
    """The media server's rooms, as far as the application asks; ``is_down`` makes it silent."""

    rooms: set[RoomId] = field(default_factory=set)
    closed: list[RoomId] = field(default_factory=list)
    people: dict[RoomId, set[UserId]] = field(default_factory=dict)
    muted: set[UserId] = field(default_factory=set)
    is_down: bool = False

    async def mute(self, room_id: RoomId, person: UserId) -> None:
        self._present(room_id, person)
        self.muted.add(person)

    async def send_out(self, room_id: RoomId, person: UserId) -> None:
        self._present(room_id, person).discard(person)

    def _present(self, room_id: RoomId, person: UserId) -> set[UserId]:
        if self.is_down:
            raise MediaUnavailable
        there = self.people.get(room_id, set())
        if person not in there:
            raise PersonNotInCall
        return there

    async def open(self, room_id: RoomId) -> None:
        if self.is_down:
            raise MediaUnavailable
        self.rooms.add(room_id)

    async def close(self, room_id: RoomId) -> None:
        if self.is_down:
            raise MediaUnavailable
        self.closed.append(room_id)
        self.rooms.discard(room_id)


@dataclass
class PresenceInMemory:
    """Whom the media server sees in each room; ``is_down`` makes it silent."""

    people: dict[RoomId, list[Seen]] = field(default_factory=dict)
    is_down: bool = False
    asked: int = 0

    async def seen(self, room_id: RoomId) -> Sequence[Seen]:
        self.asked += 1
        if self.is_down:
            raise MediaUnavailable
        return self.people.get(room_id, [])


@dataclass
class Application:
    """A running application with its clock and media rooms."""

    container: Container
    client: httpx.AsyncClient
    clock: MovedClock
    media: MediaRoomsInMemory
    presence: PresenceInMemory
    asgi: ASGIApp

    async def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request under /api/v1, signed in when there is a token."""
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        return await self.client.request(method, f"/api/v1{path}", json=json, headers=given)


def settings_for(database_url: str, flags: Mapping[str, str]) -> Settings:
    """The settings of a test: cheap hashes, this database, no files of the machine."""
    given = {"env": "test", "database.url": database_url, **flags}
    return load(given, environ={}, working_dir=Path(__file__).parents[2]).settings


@asynccontextmanager
async def running(
    database_url: str, flags: Mapping[str, str] | None = None, *, page: Path | None = None
) -> AsyncIterator[Application]:
    """An application on this database."""
    clock, media, presence = MovedClock(), MediaRoomsInMemory(), PresenceInMemory()
    settings = settings_for(database_url, flags or {})
    container = build_container(settings, KEYS, sources(clock), media, presence)
    with borrowed_api(container) as api:
        app = build_asgi(container, api, page or Path("no-page-here"))
        # What goes wrong inside is answered as people would see it.
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield Application(container, client, clock, media, presence, app)
        await container.aclose()
