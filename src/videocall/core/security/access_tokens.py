"""Short-lived access tokens: JWT (RFC 7519), HS256, with the id of their key in the header."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from videocall.core.clock import Clock
from videocall.core.errors import DomainError, Kind
from videocall.core.security.key_sets import KeySet

_ALGORITHM = "HS256"


class TokenInvalid(DomainError):
    """The token was not made here, or is no token."""

    code = "auth.token_invalid"
    kind = Kind.UNAUTHENTICATED
    title = "The access token is not valid"
    detail = "Sign in again."


class TokenExpired(DomainError):
    """The token was good and its time is over."""

    code = "auth.token_expired"
    kind = Kind.UNAUTHENTICATED
    title = "The access token has expired"
    detail = "Get a new one with POST /api/v1/users/refresh."


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a token says: who (user id) and from which session."""

    subject: str
    session_id: str


class AccessTokens:
    """Makes and reads access tokens that live for ``ttl``."""

    def __init__(self, keys: KeySet, issuer: str, ttl: timedelta, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._ttl = ttl
        self._clock = clock

    @property
    def ttl_seconds(self) -> int:
        """How long a new token is good, in seconds."""
        return int(self._ttl.total_seconds())

    def issue(self, claims: AccessClaims) -> str:
        """A signed token for these claims, starting now."""
        now = self._clock.now()
        payload = {
            "iss": self._issuer,
            "sub": claims.subject,
            "sid": claims.session_id,
            "iat": int(now.timestamp()),
            "exp": int((now + self._ttl).timestamp()),
        }
        key = self._keys.keys[self._keys.active]
        return jwt.encode(payload, key, algorithm=_ALGORITHM, headers={"kid": self._keys.active})

    def read(self, token: str) -> AccessClaims:
        """The claims of a token made here; raises TokenInvalid or TokenExpired."""
        try:
            key = self._keys.keys[str(jwt.get_unverified_header(token).get("kid", ""))]
            payload = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                issuer=self._issuer,
                # The injected clock decides on expiry, below.
                options={
                    "require": ["exp", "iat", "sub", "sid"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            expires = datetime.fromtimestamp(int(payload["exp"]), UTC)
            claims = AccessClaims(subject=str(payload["sub"]), session_id=str(payload["sid"]))
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, OverflowError) as error:
            raise TokenInvalid from error
        if self._clock.now() >= expires:
            raise TokenExpired
        return claims
