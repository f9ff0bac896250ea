"""Signing in and out; refresh tokens that rotate, with reuse detection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from videocall.core.access import Actor, UserId
from videocall.core.clock import Clock
from videocall.core.emails import normalise_email
from videocall.core.events.model import NewEvent
from videocall.core.ids import Ids
from videocall.core.security.access_tokens import AccessClaims, AccessTokens, TokenInvalid
from videocall.core.security.one_time import Secrets, fingerprint
from videocall.users import events
from videocall.users.errors import InvalidCredentials, RefreshInvalid
from videocall.users.interfaces import PasswordHasher, SignedInTokens, UsersUnits, UsersWork
from videocall.users.model import RefreshToken, RefreshVerdict, Session, judge_refresh


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """How long a session lives, and how long after its use a refresh token is still good."""

    lifetime: timedelta
    grace: timedelta


class SessionService:
    """Sessions of all people."""

    def __init__(
        self,
        units: UsersUnits,
        hasher: PasswordHasher,
        access_tokens: AccessTokens,
        secrets: Secrets,
        ids: Ids,
        clock: Clock,
        policy: SessionPolicy,
    ) -> None:
        self._units = units
        self._hasher = hasher
        self._access_tokens = access_tokens
        self._secrets = secrets
        self._ids = ids
        self._clock = clock
        self._policy = policy

    async def login(self, email: str, password: str) -> SignedInTokens:
        async with self._units.read() as work:
            found = await work.users.credentials(normalise_email(email) or email)
        user_id, stored = found if found is not None else (None, None)
        # The hash is compared also for an unknown address, so that the time tells nothing.
        right = await self._hasher.matches(password, stored)
        if not right or user_id is None:
            raise InvalidCredentials
        return await self.open_session(user_id)

    async def open_session(self, user_id: UserId) -> SignedInTokens:
        now = self._clock.now()
        session = Session(
            id=self._ids.new(),
            user_id=user_id,
            created_at=now,
            expires_at=now + self._policy.lifetime,
        )
        async with self._units.write() as work:
            await work.sessions.open(session)
            refresh_token = await self._new_token(work, session.id)
            _tell(work, user_id, events.signed_in(user_id, session.id))
        return self._tokens(session, refresh_token)

    async def refresh(self, refresh_token: str) -> SignedInTokens:
        now = self._clock.now()
        presented = fingerprint(refresh_token)
        async with self._units.write() as work:
            found = await work.sessions.lock_token(presented)
            if found is None:
                raise RefreshInvalid
            token, session = found
            verdict = judge_refresh(token, session, now, self._policy.grace)
            successor = ""
            if verdict is RefreshVerdict.ROTATE:
                await work.sessions.mark_used(presented, now)
                successor = await self._new_token(work, session.id)
            elif verdict is RefreshVerdict.REUSED:
                await work.sessions.revoke(session.id, now)
                reused = events.refresh_reused(session.user_id, session.id)
                _tell(work, session.user_id, reused)
        # Raised outside, so that the revocation is committed.
        if verdict is not RefreshVerdict.ROTATE:
            raise RefreshInvalid
        return self._tokens(session, successor)

    async def logout(self, refresh_token: str) -> None:
        now = self._clock.now()
        async with self._units.write() as work:
            found = await work.sessions.lock_token(fingerprint(refresh_token))
            if found is None or not found[1].is_open(now):
                return
            session = found[1]
            await work.sessions.revoke(session.id, now)
            _tell(work, session.user_id, events.signed_out(session.user_id, session.id))

    async def authenticate(self, access_token: str) -> Actor:
        claims = self._access_tokens.read(access_token)
        async with self._units.read() as work:
            actor = await work.sessions.actor(
                claims.session_id, UserId(claims.subject), self._clock.now()
            )
        if actor is None:
            raise TokenInvalid
        return actor

    async def _new_token(self, work: UsersWork, session_id: str) -> str:
        secret = self._secrets.new()
        await work.sessions.add_token(
            RefreshToken(fingerprint(secret), session_id, self._clock.now())
        )
        return secret

    def _tokens(self, session: Session, refresh_token: str) -> SignedInTokens:
        access_token = self._access_tokens.issue(AccessClaims(session.user_id, session.id))
        return SignedInTokens(access_token, self._access_tokens.ttl_seconds, refresh_token)


def _tell(work: UsersWork, user_id: UserId, event: NewEvent) -> None:
    work.events.append(events.user_stream(user_id), None, [event], user_id)
