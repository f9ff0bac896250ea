"""Typed settings: defaults < configs/*.yaml < .env < environment (VIDEOCALL_...) < flags.

An unknown key or a wrong type stops the start and says where it is and how to mend it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from videocall.core.amounts import currency_errors
from videocall.core.config import (
    ConfigError,
    Value,
    build,
    dotenv_layer,
    environment_layer,
    flags_layer,
    leaves,
    yaml_layer,
)
from videocall.core.emails import normalise_email

PREFIX = "VIDEOCALL_"

Port = Annotated[int, Meta(ge=0, le=65535)]
Count = Annotated[int, Meta(ge=1, le=10_000)]
Seconds = Annotated[float, Meta(gt=0, le=31_536_000)]

SECRET_KEYS = frozenset(
    {
        "auth.signing_keys",
        "media.api_secret",
        "media.turn.secret",
        "database.url",
        "mail.password",
        "payments.test.secret",
        "payments.stripe.secret_key",
        "payments.stripe.webhook_secret",
    }
)
"""Never shown: `videocall config` prints [hidden] for them."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The HTTP server of the application."""

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str = ""  # https://calls.example.com when behind a proxy; empty: as asked for
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: Annotated[int, Meta(ge=1024, le=100_000_000)] = 1_048_576
    request_timeout_seconds: Seconds = 30.0
    shutdown_seconds: Seconds = 10.0
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)  # whose X-Forwarded-* counts


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where state is kept; an empty url is SQLite in data_dir."""

    url: str = ""
    pool_size: Count = 20  # kept open: what overflows is opened and closed at each use
    pool_overflow: Annotated[int, Meta(ge=0, le=10_000)] = 10
    read_connections: Count = 10  # of PostgreSQL, beside the pool: for what is read all the time
    pool_timeout_seconds: Seconds = 5.0
    pool_recycle_seconds: Seconds = 1800.0
    busy_timeout_seconds: Seconds = 5.0
    migrate_at_start: Literal["auto", "always", "never"] = "auto"  # auto: SQLite only


class AuthSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Passwords and tokens. signing_keys: 'id:secret', the first one signs, all verify."""

    signing_keys: tuple[str, ...] = ()
    issuer: str = "videocall"
    access_token_seconds: Annotated[int, Meta(ge=30, le=86_400)] = 600
    refresh_token_seconds: Annotated[int, Meta(ge=300, le=31_536_000)] = 2_592_000
    refresh_grace_seconds: Annotated[int, Meta(ge=0, le=300)] = 30
    bcrypt_rounds: Annotated[int, Meta(ge=4, le=16)] = 12


class TurnSettings(msgspec.Struct, frozen=True, kw_only=True):
    """TURN servers of your own for clients whose networks let nothing else through."""

    urls: tuple[str, ...] = ()  # turn:turn.example.com:3478?transport=udp, turns:...
    secret: str = ""  # shared with them: coturn's static-auth-secret
    credential_seconds: Annotated[int, Meta(ge=300, le=604_800)] = 21_600


class MediaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The media server: embedded (our own, beside the application) or a LiveKit cluster."""

    mode: Literal["embedded", "cluster"] = "embedded"
    url: str = ""  # cluster: where the application reaches it, http(s)://
    public_url: str = ""  # ws(s):// for browsers; empty: the host they asked for, media port
    host: str = ""  # empty: as server.host
    port: Port = 7880
    udp_port: Port = 7882
    tcp_port: Port | None = 7881  # for clients whose network blocks UDP; null: off
    advertise: tuple[str, ...] = ()  # addresses in candidates; empty: the local ones
    api_key: str = ""
    api_secret: str = ""
    token_seconds: Annotated[int, Meta(ge=30, le=86_400)] = 600
    timeout_seconds: Seconds = 5.0
    spool: str = ""  # file in which webhooks wait over a restart; empty: in data_dir; none: memory
    turn: TurnSettings = TurnSettings()
    presence: Literal["auto", "extension", "livekit"] = "auto"  # auto: ours, else LiveKit's API
    rooms_per_key: Annotated[int, Meta(ge=0, le=1_000_000)] = 0  # 0: only the server's bound


class ManualPaymentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bank transfers that the seller confirms."""

    enabled: bool = True


class TestPaymentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The test provider: a process with trial cards. auto: on, except in production."""

    __test__ = False  # a name that pytest would collect

    enabled: Literal["auto", "never"] = "auto"
    host: str = ""  # empty: as server.host
    port: Port = 7990
    public_url: str = ""  # its card page for browsers; empty: the host of the return address
    secret: str = ""  # of its API and its webhooks
    delay_seconds: Annotated[float, Meta(ge=0, le=60)] = 0.0  # from a booked charge to its answer
    late_seconds: Seconds = 5.0  # until a late card succeeds, and a disputed one is disputed


class StripeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Stripe; on when there is a secret key."""

    secret_key: str = ""
    publishable_key: str = ""
    webhook_secret: str = ""
    api_base: str = "https://api.stripe.com"


class PaymentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Payment providers."""

    timeout_seconds: Seconds = 10.0
    manual: ManualPaymentSettings = ManualPaymentSettings()
    test: TestPaymentSettings = TestPaymentSettings()
    stripe: StripeSettings = StripeSettings()


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """E-mail; without a host letters are written to data_dir/outbox instead."""

    host: str = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = ""
    sender: str = ""  # the address that letters come from
    timeout_seconds: Seconds = 30.0


class ShopSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is sold, and how its pages are kept in memory."""

    currency: str = "USD"  # the house currency, ISO 4217
    checkout_seconds: Seconds = 1800.0  # how long pieces are kept for an unpaid checkout
    cache_entries: Annotated[int, Meta(ge=0, le=1_000_000)] = 10_000  # answers; 0: none
    cache_seconds: Seconds = 60.0  # the oldest answer, whatever happens
    cache_poll_seconds: Seconds = 1.0  # how often changes by other processes are looked for


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Logs go to standard error; auto: JSON in production, readable elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of an installation."""

    env: Literal["development", "test", "production"] = "development"
    config_dir: str = "configs"
    data_dir: str = "videocall-data"
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    auth: AuthSettings = AuthSettings()
    media: MediaSettings = MediaSettings()
    shop: ShopSettings = ShopSettings()
    payments: PaymentSettings = PaymentSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()

    @property
    def is_production(self) -> bool:
        """Whether missing secrets stop the start instead of being made."""
        return self.env == "production"

    @property
    def database_url(self) -> str:
        """The URL to connect to."""
        path = (Path(self.data_dir) / "videocall.sqlite3").absolute()
        return self.database.url or f"sqlite:///{path}"

    @property
    def migrates_at_start(self) -> bool:
        """Whether `serve` runs the migrations."""
        if self.database.migrate_at_start == "auto":
            return self.database_url.startswith("sqlite")
        return self.database.migrate_at_start == "always"

    @property
    def base_url(self) -> str:
        """How people reach the application, without a slash at the end."""
        if self.server.public_url:
            return self.server.public_url.rstrip("/")
        host = "127.0.0.1" if self.server.host in ("", "0.0.0.0", "::") else self.server.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server.port}"

    @property
    def media_host(self) -> str:
        """The address that the embedded media server listens on."""
        return self.media.host or self.server.host

    @property
    def media_spool(self) -> Path | None:
        """Where the embedded media server keeps webhooks; None: in memory."""
        if self.media.spool == "none":
            return None
        return Path(self.media.spool or Path(self.data_dir) / "media-webhooks.sqlite3").absolute()

    @property
    def has_test_payments(self) -> bool:
        """Whether trial cards are taken: never in production."""
        return self.payments.test.enabled == "auto" and not self.is_production

    @property
    def test_payments_host(self) -> str:
        """The address that the test provider listens on."""
        return self.payments.test.host or self.server.host

    @property
    def logs_as_json(self) -> bool:
        """Whether log lines are JSON."""
        return self.log.format == "json" or (self.log.format == "auto" and self.is_production)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force and the place of every value that is not a default."""

    settings: Settings
    places: Mapping[str, str]
    flags: Mapping[str, str]

    def lines(self) -> list[str]:
        """Every setting with its value (secrets hidden) and its place, one a line."""
        shown = []
        for key, value in leaves(self.settings):
            hidden = key in SECRET_KEYS and value not in ("", ())
            text = "[hidden]" if hidden else msgspec.json.encode(value).decode()
            shown.append(f"{key}: {text}  # {self.places.get(key, 'default')}")
        return shown


def load(
    flags: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    working_dir: Path | None = None,
) -> Loaded:
    """Read all places; ConfigError says what is wrong, where, and how to mend it."""
    working_dir = working_dir or Path.cwd()
    upper = [
        dotenv_layer(working_dir / ".env", PREFIX),
        environment_layer(os.environ if environ is None else environ, PREFIX),
        flags_layer(flags or {}),
    ]
    # Which files are read is decided by the layers above them.
    first, _ = build(Settings, [_only(layer, "env", "config_dir") for layer in upper])
    folder = working_dir / first.config_dir
    files = [yaml_layer(folder / "default.yaml"), yaml_layer(folder / f"{first.env}.yaml")]
    for layer in files:
        for key in ("env", "config_dir"):
            if key in layer and layer[key].raw != getattr(first, key):
                fix = f"Set {PREFIX}{key.upper()} or the flag instead."
                raise ConfigError(layer[key].place, f"{key} can't be set in a file", fix)
    settings, places = build(Settings, [*files, *upper])
    _check(settings, places)
    return Loaded(settings, places, dict(flags or {}))


def _only(layer: Mapping[str, Value], *keys: str) -> dict[str, Value]:
    return {key: layer[key] for key in keys if key in layer}


def _check(settings: Settings, places: Mapping[str, str]) -> None:
    addresses = {
        "server.public_url": (settings.server.public_url, ("http://", "https://")),
        "media.url": (settings.media.url, ("http://", "https://")),
        "media.public_url": (settings.media.public_url, ("ws://", "wss://")),
        "payments.test.public_url": (settings.payments.test.public_url, ("http://", "https://")),
        "payments.stripe.api_base": (settings.payments.stripe.api_base, ("http://", "https://")),
    }
    for key, (address, schemes) in addresses.items():
        if address and not address.startswith(schemes):
            fix = f"Begin it with {' or '.join(schemes)}."
            raise ConfigError(places.get(key, "default"), f"{key} is not such an address", fix)
    turn = settings.media.turn
    if not all(url.startswith(("turn:", "turns:", "stun:")) for url in turn.urls):
        fix = "Write turn:turn.example.com:3478?transport=udp, or turns: or stun:."
        raise ConfigError(places.get("media.turn.urls", "default"), "media.turn.urls is wrong", fix)
    if not turn.secret and any(url.startswith("turn") for url in turn.urls):
        fix = "Set media.turn.secret to the secret that the TURN server shares with us."
        place = places.get("media.turn.urls", "default")
        raise ConfigError(place, "media.turn.urls is set without a secret", fix)
    if settings.media.mode == "cluster" and not (settings.media.url and settings.media.public_url):
        fix = "Set media.url (http) and media.public_url (ws) to the LiveKit cluster."
        place = places.get("media.mode", "default")
        raise ConfigError(place, "media.mode is cluster without an address", fix)
    if settings.mail.host and normalise_email(settings.mail.sender) is None:
        fix = "Set mail.sender to the address that letters come from."
        place = places.get("mail.sender", places.get("mail.host", "default"))
        raise ConfigError(place, "mail.host is set without a sender", fix)
    if currency_errors("shop.currency", settings.shop.currency):
        place = places.get("shop.currency", "default")
        fix = "Write an ISO 4217 code in capital letters, such as EUR."
        raise ConfigError(place, "shop.currency is no currency", fix)
    for entry in settings.auth.signing_keys:
        key_id, _, secret = entry.partition(":")
        if not key_id or len(secret) < 32:
            fix = "Write each as id:secret, the secret with at least 32 characters."
            place = places.get("auth.signing_keys", "default")
            raise ConfigError(place, "auth.signing_keys is wrong", fix)
