"""Wires the calls domain and its way to the media server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources
from videocall.calls.adapters.livekit import LiveKitRooms, LiveKitTokens, LiveKitWebhooks
from videocall.calls.adapters.presence import (
    ChosenPresence,
    ExtensionPresence,
    LiveKitPresence,
)
from videocall.calls.controller import CONTROLLERS
from videocall.calls.interfaces import MediaRooms, PresenceSource
from videocall.calls.model.rooms import MediaAddress
from videocall.calls.repository.work import SqlCallsWork
from videocall.calls.service.attendance import AttendanceService
from videocall.calls.service.closing import RoomCloser
from videocall.calls.service.moderation import ModerationService
from videocall.calls.service.presence import PresenceKeeper
from videocall.calls.service.rooms import RoomService
from videocall.core.db.work import SqlUnits
from videocall.core.jobs import Job
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory


@dataclass(frozen=True, slots=True)
class CallsServices:
    """The doors of the calls domain."""

    rooms: RoomService
    attendance: AttendanceService
    presence: PresenceKeeper
    part: Part


def wire_calls(
    settings: Settings,
    keys: Keys,
    sources: Sources,
    engine: AsyncEngine,
    people: UserDirectory,
    media: MediaRooms,
    presence: PresenceSource | None = None,
) -> CallsServices:
    """The services of rooms and attendance."""
    units = SqlUnits(engine, partial(SqlCallsWork, source=sources.events))
    closer = RoomCloser(units, media)
    webhooks = LiveKitWebhooks(keys.media_api_key, keys.media_api_secret)
    ttl = timedelta(seconds=settings.media.token_seconds)
    tokens = LiveKitTokens(keys.media_api_key, keys.media_api_secret, ttl)
    address = MediaAddress(settings.media.public_url, settings.media.port)
    rooms = RoomService(units, people, media, tokens, closer, address, sources.ids, sources.clock)
    attendance = AttendanceService(units, people, webhooks, closer, sources.clock)
    chosen = _presence(settings, keys, sources)
    keeper = PresenceKeeper(units, presence or chosen, sources.clock)
    jobs = (
        Job("close ended rooms", 15.0, closer.sweep),
        Job("forget receipts of webhooks", 3600.0, attendance.forget_old_receipts),
        Job("confirm who is there", 1.0, keeper.sweep),
    )
    moderation = ModerationService(units, media)
    services = {"rooms": rooms, "attendance": attendance, "moderation": moderation}
    part = Part(CONTROLLERS, services, jobs, chosen.aclose)
    return CallsServices(rooms, attendance, keeper, part)


def _presence(settings: Settings, keys: Keys, sources: Sources) -> ChosenPresence:
    url, key, secret = media_api_url(settings), keys.media_api_key, keys.media_api_secret
    timeout = timedelta(seconds=settings.media.timeout_seconds)
    return ChosenPresence(
        ExtensionPresence(url, key, secret, timeout),
        LiveKitPresence(url, key, secret, timeout, sources.clock),
        settings.media.presence,
    )


def media_api_url(settings: Settings) -> str:
    """Where the application reaches the media server."""
    if settings.media.mode == "cluster":
        return settings.media.url
    host = settings.media_host
    host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.media.port}"


def livekit_rooms(settings: Settings, keys: Keys) -> LiveKitRooms:
    """The media server's rooms, through LiveKit's API."""
    return LiveKitRooms(
        media_api_url(settings),
        keys.media_api_key,
        keys.media_api_secret,
        timedelta(seconds=settings.media.timeout_seconds),
    )
