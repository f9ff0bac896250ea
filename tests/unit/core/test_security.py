"""Passwords and access tokens on their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.sources import MovedClock
from videocall.core.security.access_tokens import (
    AccessClaims,
    AccessTokens,
    TokenExpired,
    TokenInvalid,
)
from videocall.core.security.key_sets import KeySet
from videocall.core.security.one_time import RandomSecrets, fingerprint
from videocall.core.security.passwords import BcryptHasher

OLD, NEW = "o" * 40, "n" * 40


async def test_a_password_matches_its_hash_only() -> None:
    hasher = BcryptHasher(4)
    stored = await hasher.hash("pässword")
    assert stored.startswith("$2b$04$")
    assert await hasher.matches("pässword", stored)
    assert not await hasher.matches("password", stored)
    assert not await hasher.matches("pässword", None)
    assert not await hasher.matches("", None)


async def test_nothing_over_72_bytes_matches() -> None:
    hasher = BcryptHasher(4)
    stored = await hasher.hash("x" * 72)
    assert await hasher.matches("x" * 72, stored)
    assert not await hasher.matches("x" * 73, stored)
    with pytest.raises(ValueError, match="72"):
        await hasher.hash("x" * 73)


def tokens(clock: MovedClock, keys: KeySet) -> AccessTokens:
    return AccessTokens(keys, "us", timedelta(seconds=60), clock)


def test_keys_can_be_rotated() -> None:
    clock = MovedClock()
    claims = AccessClaims("user-1", "session-1")
    before = tokens(clock, KeySet("old", {"old": OLD}))
    during = tokens(clock, KeySet("new", {"new": NEW, "old": OLD}))
    after = tokens(clock, KeySet("new", {"new": NEW}))
    token = before.issue(claims)
    assert during.read(token) == claims
    assert after.read(during.issue(claims)) == claims
    with pytest.raises(TokenInvalid):
        after.read(token)


def test_a_token_ends_with_its_time() -> None:
    clock = MovedClock()
    made = tokens(clock, KeySet("k", {"k": OLD}))
    token = made.issue(AccessClaims("u", "s"))
    clock.advance(59)
    assert made.read(token).subject == "u"
    clock.advance(1)
    with pytest.raises(TokenExpired):
        made.read(token)


def test_one_time_secrets_differ_and_are_stored_as_fingerprints() -> None:
    secrets = {RandomSecrets().new() for _ in range(100)}
    assert len(secrets) == 100
    assert len({fingerprint(secret) for secret in secrets}) == 100
    assert fingerprint("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
