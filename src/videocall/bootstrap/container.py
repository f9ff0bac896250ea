"""Builds the services of the application from its settings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.billing import BillingServices, wire_billing
from videocall.bootstrap.calls import livekit_rooms, wire_calls
from videocall.bootstrap.database import make_engine
from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources, system_sources
from videocall.bootstrap.products import wire_products
from videocall.bootstrap.users import wire_users
from videocall.calls.adapters.livekit import LiveKitRooms
from videocall.calls.interfaces import AttendanceBook, MediaRooms, PresenceSource, Rooms
from videocall.calls.service.presence import PresenceKeeper
from videocall.core.health import HealthChecks
from videocall.core.http.actors import actor_provider
from videocall.core.jobs import Job
from videocall.settings import Settings
from videocall.users.interfaces import Accounts, Sessions, Setup


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
    presence: PresenceKeeper
    billing: BillingServices
    parts: tuple[Part, ...]
    health: HealthChecks
    media: LiveKitRooms

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What every domain repeats by itself."""
        return tuple(job for part in self.parts for job in part.jobs)

    async def aclose(self) -> None:
        """Close all connections."""
        for part in self.parts:
            await part.close()
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


def build_container(
    settings: Settings,
    keys: Keys,
    sources: Sources | None = None,
    media: MediaRooms | None = None,
    presence: PresenceSource | None = None,
) -> Container:
    """All services. Nothing is connected yet; ``media`` and ``presence`` stand in for the server.

    They are the rooms of the media server, and who is in them.
    """
    sources = sources or system_sources()
    engine = make_engine(settings)
    livekit = livekit_rooms(settings, keys)
    users = wire_users(settings, keys, sources, engine)
    products = wire_products(
        settings, sources, engine, users.accounts, actor_provider(users.sessions.authenticate)
    )
    billing = wire_billing(settings, keys, sources, engine, users, products)
    calls = wire_calls(settings, keys, sources, engine, users.accounts, media or livekit, presence)
    return Container(
        settings=settings,
        engine=engine,
        sources=sources,
        accounts=users.accounts,
        sessions=users.sessions,
        setup=users.setup,
        rooms=calls.rooms,
        attendance=calls.attendance,
        presence=calls.presence,
        billing=billing,
        parts=(calls.part, users.part, products.part, billing.part),
        health=HealthChecks([DatabasePart(engine), MediaPart(livekit)]),
        media=livekit,
    )
