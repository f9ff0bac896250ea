"""The first administrator: by a one-time link, or from the server's own terminal."""

from __future__ import annotations

from datetime import timedelta

from videocall.core.access import Role
from videocall.core.clock import Clock
from videocall.core.security.one_time import Secrets, fingerprint
from videocall.users.errors import SetupDone, SetupTokenInvalid
from videocall.users.interfaces import NewAccount, UsersUnits
from videocall.users.model import User
from videocall.users.service.accounts import AccountMaker

SETUP_TOKEN_LIFETIME = timedelta(hours=24)


class SetupService:
    """Making administrators without an administrator."""

    def __init__(
        self, units: UsersUnits, maker: AccountMaker, secrets: Secrets, clock: Clock
    ) -> None:
        self._units = units
        self._maker = maker
        self._secrets = secrets
        self._clock = clock

    async def needed(self) -> bool:
        async with self._units.read() as work:
            return not await work.users.any_admin()

    async def issue_token(self) -> str | None:
        token = self._secrets.new()
        expires_at = self._clock.now() + SETUP_TOKEN_LIFETIME
        async with self._units.write() as work:
            if await work.users.any_admin():
                return None
            await work.setup_tokens.replace(fingerprint(token), expires_at)
        return token

    async def complete(self, token: str, account: NewAccount) -> User:
        if not await self.needed():
            raise SetupDone
        user, password_hash = await self._maker.prepare(account, Role.ADMIN)
        async with self._units.write() as work:
            # Taking the token is the lock: of two people with the link one gets it.
            if not await work.setup_tokens.take(fingerprint(token), self._clock.now()):
                raise SetupDone if await work.users.any_admin() else SetupTokenInvalid
            if await work.users.any_admin():
                raise SetupDone
            await self._maker.add(work, user, password_hash, None)
            await work.setup_tokens.clear()
        return user

    async def create_admin(self, account: NewAccount) -> User:
        user, password_hash = await self._maker.prepare(account, Role.ADMIN)
        async with self._units.write() as work:
            await self._maker.add(work, user, password_hash, None)
            await work.setup_tokens.clear()
        return user
