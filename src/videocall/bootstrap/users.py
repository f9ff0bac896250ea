"""Wires the users domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources
from videocall.core.db.work import SqlUnits
from videocall.core.http.paths import API_PREFIX
from videocall.core.security.access_tokens import AccessTokens
from videocall.core.security.passwords import BcryptHasher
from videocall.settings import Settings
from videocall.users.controller import CONTROLLERS
from videocall.users.controller import PATH as USERS_PATH
from videocall.users.interfaces import SessionCookie
from videocall.users.repository import SqlUsersWork
from videocall.users.service.accounts import AccountMaker, AccountService
from videocall.users.service.sessions import SessionPolicy, SessionService
from videocall.users.service.setup import SetupService


@dataclass(frozen=True, slots=True)
class UsersServices:
    """The doors of the users domain."""

    accounts: AccountService
    sessions: SessionService
    setup: SetupService
    part: Part


def wire_users(
    settings: Settings, keys: Keys, sources: Sources, engine: AsyncEngine
) -> UsersServices:
    """The services of accounts, sessions and set-up."""
    auth = settings.auth
    units = SqlUnits(engine, partial(SqlUsersWork, source=sources.events))
    hasher = BcryptHasher(auth.bcrypt_rounds)
    maker = AccountMaker(hasher, sources.ids, sources.clock)
    accounts = AccountService(units, maker)
    setup = SetupService(units, maker, sources.secrets, sources.clock)
    sessions = SessionService(
        units,
        hasher,
        AccessTokens(
            keys.access_tokens,
            auth.issuer,
            timedelta(seconds=auth.access_token_seconds),
            sources.clock,
        ),
        sources.secrets,
        sources.ids,
        sources.clock,
        SessionPolicy(
            lifetime=timedelta(seconds=auth.refresh_token_seconds),
            grace=timedelta(seconds=auth.refresh_grace_seconds),
        ),
    )
    cookie = SessionCookie(
        path=f"{API_PREFIX}{USERS_PATH}",
        max_age=auth.refresh_token_seconds,
        secure=settings.base_url.startswith("https://"),
        public_origin=settings.server.public_url.rstrip("/"),
    )
    services = {
        "accounts": accounts,
        "sessions": sessions,
        "setup": setup,
        "session_cookie": cookie,
    }
    return UsersServices(accounts, sessions, setup, Part(CONTROLLERS, services))
