"""Builds the services of the application from its settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.keys import Keys
from videocall.calls.adapters.livekit import LiveKitRooms, LiveKitTokens, LiveKitWebhooks
from videocall.calls.interfaces import AttendanceBook, MediaRooms, Rooms
from videocall.calls.model.rooms import MediaAddress
from videocall.calls.repository.work import SqlCallsWork
from videocall.calls.service.attendance import AttendanceService
from videocall.calls.service.closing import RoomCloser
from videocall.calls.service.rooms import RoomService
from videocall.core.clock import Clock, SystemClock
from videocall.core.config import ConfigError
from videocall.core.context import current_request_id
from videocall.core.db.engine import BadDatabaseUrl, PoolSettings, create_engine
from videocall.core.db.work import SqlUnits
from videocall.core.events.store import EventSource
from videocall.core.health import HealthChecks
from videocall.core.http.paths import API_PREFIX
from videocall.core.ids import Ids, Uuid7Ids
from videocall.core.jobs import Job
from videocall.core.security.access_tokens import AccessTokens
from videocall.core.security.one_time import RandomSecrets, Secrets
from videocall.core.security.passwords import BcryptHasher
from videocall.settings import Settings
from videocall.users.controller import PATH as USERS_PATH
from videocall.users.interfaces import Accounts, SessionCookie, Sessions, Setup, UserDirectory
from videocall.users.repository import SqlUsersWork
from videocall.users.service.accounts import AccountMaker, AccountService
from videocall.users.service.sessions import SessionPolicy, SessionService
from videocall.users.service.setup import SetupService


@dataclass(frozen=True, slots=True)
class Sources:
    """Where time, ids and secrets come from; tests hand in their own."""

    clock: Clock
    ids: Ids
    secrets: Secrets


def system_sources() -> Sources:
    """Those of the machine."""
    return Sources(SystemClock(), Uuid7Ids(), RandomSecrets())


@dataclass(frozen=True, slots=True)
class Container:
    """Everything that a running application holds."""

    settings: Settings
    engine: AsyncEngine
    sources: Sources
    accounts: Accounts
    sessions: Sessions
    setup: Setup
    rooms: Rooms
    attendance: AttendanceBook
    cookie: SessionCookie
    health: HealthChecks
    jobs: tuple[Job, ...]
    media: LiveKitRooms

    async def aclose(self) -> None:
        """Close all connections."""
        await self.media.aclose()
        await self.engine.dispose()


class MediaPart:
    """The media server, for /health: accounts work without it, calls don't."""

    name = "media"
    critical = False

    def __init__(self, media: LiveKitRooms) -> None:
        self._media = media

    async def check(self) -> None:
        await self._media.check()


class DatabasePart:
    """The database, for /health."""

    name = "database"
    critical = True

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def check(self) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))


def make_engine(settings: Settings) -> AsyncEngine:
    """The engine of the database in the settings."""
    database = settings.database
    pool = PoolSettings(
        size=database.pool_size,
        overflow=database.pool_overflow,
        timeout=database.pool_timeout_seconds,
        recycle=database.pool_recycle_seconds,
        busy_timeout=database.busy_timeout_seconds,
    )
    try:
        return create_engine(settings.database_url, pool)
    except BadDatabaseUrl as error:
        raise ConfigError("database.url", "the address is wrong", f"{error}.") from error


def build_container(
    settings: Settings, keys: Keys, sources: Sources | None = None, media: MediaRooms | None = None
) -> Container:
    """All services. Nothing is connected yet; ``media`` stands in for the media server's rooms."""
    sources = sources or system_sources()
    engine = make_engine(settings)
    livekit = _livekit_rooms(settings, keys)
    users = _users(settings, keys, sources, engine)
    calls = _calls(settings, keys, sources, engine, users.accounts, media or livekit)
    return Container(
        settings=settings,
        engine=engine,
        sources=sources,
        accounts=users.accounts,
        sessions=users.sessions,
        setup=users.setup,
        rooms=calls.rooms,
        attendance=calls.attendance,
        cookie=SessionCookie(
            path=f"{API_PREFIX}{USERS_PATH}",
            max_age=settings.auth.refresh_token_seconds,
            secure=settings.base_url.startswith("https://"),
            public_origin=settings.server.public_url.rstrip("/"),
        ),
        health=HealthChecks([DatabasePart(engine), MediaPart(livekit)]),
        jobs=(
            Job("close ended rooms", 15.0, calls.closer.sweep),
            Job("forget receipts of webhooks", 3600.0, calls.attendance.forget_old_receipts),
        ),
        media=livekit,
    )


@dataclass(frozen=True, slots=True)
class _Users:
    accounts: AccountService
    sessions: SessionService
    setup: SetupService


def _users(settings: Settings, keys: Keys, sources: Sources, engine: AsyncEngine) -> _Users:
    auth = settings.auth
    units = SqlUnits(engine, partial(SqlUsersWork, source=_events(sources)))
    hasher = BcryptHasher(auth.bcrypt_rounds)
    maker = AccountMaker(hasher, sources.ids, sources.clock)
    ttl = timedelta(seconds=auth.access_token_seconds)
    sessions = SessionService(
        units,
        hasher,
        AccessTokens(keys.access_tokens, auth.issuer, ttl, sources.clock),
        sources.secrets,
        sources.ids,
        sources.clock,
        SessionPolicy(
            lifetime=timedelta(seconds=auth.refresh_token_seconds),
            grace=timedelta(seconds=auth.refresh_grace_seconds),
        ),
    )
    return _Users(
        accounts=AccountService(units, maker),
        sessions=sessions,
        setup=SetupService(units, maker, sources.secrets, sources.clock),
    )


@dataclass(frozen=True, slots=True)
class _Calls:
    rooms: RoomService
    attendance: AttendanceService
    closer: RoomCloser


def _calls(
    settings: Settings,
    keys: Keys,
    sources: Sources,
    engine: AsyncEngine,
    people: UserDirectory,
    media: MediaRooms,
) -> _Calls:
    units = SqlUnits(engine, partial(SqlCallsWork, source=_events(sources)))
    closer = RoomCloser(units, media)
    webhooks = LiveKitWebhooks(keys.media_api_key, keys.media_api_secret)
    ttl = timedelta(seconds=settings.media.token_seconds)
    tokens = LiveKitTokens(keys.media_api_key, keys.media_api_secret, ttl)
    address = MediaAddress(settings.media.public_url, settings.media.port)
    return _Calls(
        rooms=RoomService(
            units, people, media, tokens, closer, address, sources.ids, sources.clock
        ),
        attendance=AttendanceService(units, people, webhooks, closer, sources.clock),
        closer=closer,
    )


def _events(sources: Sources) -> EventSource:
    return EventSource(sources.ids, sources.clock, current_request_id)


def media_api_url(settings: Settings) -> str:
    """Where the application reaches the media server."""
    if settings.media.mode == "cluster":
        return settings.media.url
    host = settings.media_host
    host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.media.port}"


def _livekit_rooms(settings: Settings, keys: Keys) -> LiveKitRooms:
    return LiveKitRooms(
        media_api_url(settings),
        keys.media_api_key,
        keys.media_api_secret,
        timedelta(seconds=settings.media.timeout_seconds),
    )
