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
    """What signs access tokens, and the key pair of the media server."""

    access_tokens: KeySet
    media_api_key: str
    media_api_secret: str


def resolve_keys(settings: Settings) -> Keys:
    """Settings first; what they lack is made once, in production it stops the start."""
    auth, media = settings.auth, settings.media
    given = dict(entry.split(":", 1) for entry in auth.signing_keys)
    missing = [
        name
        for name, value in (
            ("auth.signing_keys", given),
            ("media.api_key", media.api_key),
            ("media.api_secret", media.api_secret),
        )
        if not value
    ]
    if not missing:
        return Keys(KeySet(next(iter(given)), given), media.api_key, media.api_secret)
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
    if media.api_key and media.api_secret:
        return Keys(key_set, media.api_key, media.api_secret)
    return Keys(key_set, stored.media_api_key, stored.media_api_secret)
