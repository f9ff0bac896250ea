"""The secrets of an installation that was started without any: made once, readable by its owner."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE_NAME = "secrets.json"


class SecretsUnreadable(Exception):
    """The file is there and is not what was written; the message says what to do."""


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """Signing keys of access tokens by id, the media server's key pair, the test provider's secret.

    A file from before the test provider has no ``test_payments_secret``.
    """

    token_active_key: str
    token_keys: dict[str, str]
    media_api_key: str
    media_api_secret: str
    test_payments_secret: str = ""

    @property
    def payments_secret(self) -> str:
        """The test provider's secret; where the file has none, one that follows from another.

        Derived, not added: the processes that share the file could each add their own.
        """
        if self.test_payments_secret:
            return self.test_payments_secret
        key = self.media_api_secret.encode()
        return hmac.new(key, b"videocall test payments", hashlib.sha256).hexdigest()


def load_or_create(data_dir: Path) -> StoredSecrets:
    """Read ``data_dir/secrets.json``; at the first start make it (rights 0600)."""
    path = data_dir / FILE_NAME
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _create(path)
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=StoredSecrets)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        message = (
            f"{path} can't be read ({error}). Restore it from a backup, or remove it: "
            "new secrets are made and everybody signs in again."
        )
        raise SecretsUnreadable(message) from error
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return stored


def _create(path: Path) -> None:
    key_id = secrets.token_hex(4)
    made = StoredSecrets(
        token_active_key=key_id,
        token_keys={key_id: secrets.token_urlsafe(48)},
        media_api_key="API" + secrets.token_hex(6),
        media_api_secret=secrets.token_urlsafe(32),
        test_payments_secret=secrets.token_urlsafe(32),
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(made)))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link fails where a rename replaces: of two first starts one wins, both read its file.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
