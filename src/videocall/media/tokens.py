"""Access tokens: HS256 JWTs verified and minted with the server's API keys."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping

import jwt

from videocall.media.grants import Claims, read_claims

LEEWAY_S = 60
REFRESH_TTL_S = 600
WEBHOOK_TTL_S = 300


class TokenError(Exception):
    """The token is missing, malformed, forged, expired or signed by an unknown key."""


class Tokens:
    """Verifies and mints with ``keys`` (API key to secret). ``wall``: Unix time in seconds."""

    def __init__(self, keys: Mapping[str, str], wall: Callable[[], float]) -> None:
        self._keys = dict(keys)
        self._wall = wall

    def verify(self, token: str) -> Claims:
        """The token's claims; ``TokenError`` says what is wrong, never echoing the token."""
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.InvalidTokenError as error:
            raise TokenError("the token is malformed") from error
        secret = self._keys.get(issuer) if isinstance(issuer, str) else None
        if secret is None:
            raise TokenError("the token's API key is unknown")
        try:
            claims = jwt.decode(
                token,
                key=secret,
                algorithms=["HS256"],
                # The times are checked below, against the clock this object was given.
                options={
                    "require": ["exp"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": False,
                    "enforce_minimum_key_length": False,
                },
            )
        except jwt.InvalidTokenError as error:
            raise TokenError("the token's signature or shape is not valid") from error
        self._check_times(claims)
        try:
            return read_claims(str(issuer), claims)
        except ValueError as error:
            raise TokenError(str(error)) from error

    def _check_times(self, claims: Mapping[str, object]) -> None:
        now = self._wall()
        for name, late in (("exp", True), ("nbf", False)):
            value = claims.get(name)
            if value is None:
                continue
            if not isinstance(value, (int, float)) or isinstance(value, bool):
                raise TokenError(f"claim {name} is not a number")
            if late and not now <= value + LEEWAY_S:  # NaN expires too
                raise TokenError("the token has expired")
            if not late and not now + LEEWAY_S >= value:
                raise TokenError("the token is not valid yet")

    def refreshed(self, claims: Claims, changes: Mapping[str, object]) -> str:
        """A short-lived token with the same claims, ``changes`` applied, from the same key."""
        now = int(self._wall())
        payload = {**claims.raw, **changes, "nbf": now, "exp": now + REFRESH_TTL_S}
        return jwt.encode(payload, self._keys[claims.api_key], algorithm="HS256")

    def webhook(self, api_key: str, body: bytes) -> str:
        """The bare JWT that vouches for a webhook's ``body`` by its SHA-256."""
        now = int(self._wall())
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        payload = {"iss": api_key, "nbf": now, "exp": now + WEBHOOK_TTL_S, "sha256": digest}
        return jwt.encode(payload, self._keys[api_key], algorithm="HS256")
