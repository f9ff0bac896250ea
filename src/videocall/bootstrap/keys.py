"""The secrets in force: from the settings, or made at the first start outside of production."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from videocall.core.config import ConfigError
from videocall.core.secret_store import SecretsUnreadable, load_or_create
from videocall.core.security.key_sets import KeySet
from videocall.settings import PREFIX, Settings


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs access tokens, the key pair of the media server, the test provider's secret."""

    access_tokens: KeySet
    media_api_key: str
    media_api_secret: str
    test_payments_secret: str  # empty: without a test provider


def resolve_keys(settings: Settings) -> Keys:
    """Settings first; what they lack is made once, in production it stops the start."""
    auth, media, test = settings.auth, settings.media, settings.payments.test
    given = dict(entry.split(":", 1) for entry in auth.signing_keys)
    missing = [
        name
        for name, value in (
            ("auth.signing_keys", given),
            ("media.api_key", media.api_key),
            ("media.api_secret", media.api_secret),
            ("payments.test.secret", test.secret or not settings.has_test_payments),
        )
        if not value
    ]
    if not missing:
        key_set = KeySet(next(iter(given)), given)
        return Keys(key_set, media.api_key, media.api_secret, test.secret)
    if settings.is_production:
        names = ", ".join(f"{PREFIX}{name.upper().replace('.', '__')}" for name in missing)
        raise ConfigError(
            "production",
            f"{', '.join(missing)} missing",
            f"Set {names}: all replicas share them, so they are not made here.",
        )
    try:
        stored = load_or_create(Path(settings.data_dir))
    except (SecretsUnreadable, OSError) as error:
        raise ConfigError(settings.data_dir, "the secrets can't be read", str(error)) from error
    key_set = (
        KeySet(next(iter(given)), given)
        if given
        else KeySet(stored.token_active_key, stored.token_keys)
    )
    secret = test.secret or (stored.payments_secret if settings.has_test_payments else "")
    if media.api_key and media.api_secret:
        return Keys(key_set, media.api_key, media.api_secret, secret)
    return Keys(key_set, stored.media_api_key, stored.media_api_secret, secret)
