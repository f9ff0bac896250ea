"""Settings: the order of places, wrong values with place and fix, secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from videocall.bootstrap.keys import resolve_keys
from videocall.core.config import ConfigError, leaves
from videocall.settings import Settings, load

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "configs").mkdir()
    return tmp_path


def write(place: Path, name: str, text: str) -> None:
    (place / name).write_text(text)


def failure(place: Path, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(environ=environ, working_dir=place)
    return caught.value


def test_each_place_outranks_the_one_before(place: Path) -> None:
    def port(environ: dict[str, str], flags: dict[str, str]) -> int:
        return load(flags, environ, place).settings.server.port

    assert port({}, {}) == 8000
    write(place, "configs/default.yaml", "server: {port: 1}")
    assert port({}, {}) == 1
    write(place, "configs/development.yaml", "server: {port: 2}")
    assert port({}, {}) == 2
    write(place, ".env", "# ours\nexport VIDEOCALL_SERVER__PORT='3'\nOTHER=x\n\n")
    assert port({}, {}) == 3
    assert port({"VIDEOCALL_SERVER__PORT": "4"}, {}) == 4
    assert port({"VIDEOCALL_SERVER__PORT": "4"}, {"server.port": "5"}) == 5


def test_the_environment_chooses_its_file(place: Path) -> None:
    write(place, "configs/production.yaml", "server: {host: 0.0.0.0}")
    loaded = load(environ={"VIDEOCALL_ENV": "production"}, working_dir=place)
    assert loaded.settings.server.host == "0.0.0.0"
    assert loaded.settings.base_url == "http://127.0.0.1:8000"
    assert loaded.settings.logs_as_json


def test_the_folder_of_the_files_can_be_elsewhere(place: Path) -> None:
    (place / "other").mkdir()
    write(place, "other/default.yaml", "server: {port: 7}")
    loaded = load({"config_dir": "other"}, {}, place)
    assert loaded.settings.server.port == 7


def test_lists_and_truths_from_the_environment(place: Path) -> None:
    environ = {"VIDEOCALL_SERVER__CORS_ORIGINS": "https://a.example, https://b.example,"}
    loaded = load(environ=environ, working_dir=place)
    assert loaded.settings.server.cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "text", "where", "problem", "fix"),
    [
        ("VIDEOCALL_SERVER__PROT", "1", "VIDEOCALL_SERVER__PROT", "no setting", "'server.port'"),
        ("VIDEOCALL_NONSENSE", "1", "VIDEOCALL_NONSENSE", "no setting", "videocall config"),
        ("VIDEOCALL_SERVER__PORT", "x", "VIDEOCALL_SERVER__PORT", "'x'", "whole number from 0"),
        ("VIDEOCALL_SERVER__PORT", "70000", "VIDEOCALL_SERVER__PORT", "70000", "to 65535"),
        ("VIDEOCALL_SERVER__SHUTDOWN_SECONDS", "x", "SHUTDOWN", "'x'", "Give a number"),
        ("VIDEOCALL_ENV", "staging", "VIDEOCALL_ENV", "staging", "production"),
        ("VIDEOCALL_MEDIA__MODE", "cluster", "VIDEOCALL_MEDIA__MODE", "without", "media.url"),
        ("VIDEOCALL_MEDIA__PUBLIC_URL", "http://x", "PUBLIC_URL", "address", "wss://"),
        ("VIDEOCALL_PAYMENTS__STRIPE__API_BASE", "x", "API_BASE", "address", "https://"),
        ("VIDEOCALL_PAYMENTS__TEST__ENABLED", "always", "ENABLED", "always", "auto"),
        ("VIDEOCALL_MAIL__HOST", "smtp.example.com", "MAIL__HOST", "sender", "mail.sender"),
        ("VIDEOCALL_AUTH__SIGNING_KEYS", "k:short", "SIGNING_KEYS", "wrong", "32 characters"),
    ],
)
def test_a_wrong_variable_stops_the_start(
    place: Path, name: str, text: str, where: str, problem: str, fix: str
) -> None:
    error = failure(place, **{name: text})
    assert where in error.place
    assert problem in error.problem
    assert fix in error.fix


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("server: {port: '8000'}", "default.yaml", "server.port"),
        ("server: {prot: 1}", "default.yaml", "server.prot"),
        ("server: 5", "default.yaml", "'server'"),
        ("- a", "default.yaml", "mapping"),
        ("a: [", "default.yaml", "not YAML"),
        ("env: production", "default.yaml", "env"),
        ("auth: {signing_keys: 'a:0123456789012345678901234567890123'}", "default.yaml", "wrong"),
    ],
)
def test_a_wrong_file_stops_the_start(place: Path, text: str, where: str, problem: str) -> None:
    write(place, "configs/default.yaml", text)
    error = failure(place)
    assert where in error.place
    assert problem in error.problem
    assert "0123456789" not in str(error)


def test_a_wrong_line_of_dotenv_is_named(place: Path) -> None:
    write(place, ".env", "VIDEOCALL_LOG__LEVEL=debug # loud\nnonsense\n")
    assert failure(place).place.endswith(".env:2")
    write(place, ".env", "VIDEOCALL_LOG__LEVEL=debug # loud\n")
    assert load(environ={}, working_dir=place).settings.log.level == "debug"


def dotted(content: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, part in content.items():
        if isinstance(part, dict):
            yield from dotted(part, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_the_committed_defaults_are_those_of_the_code() -> None:
    content = yaml.safe_load((ROOT / "configs" / "default.yaml").read_text())
    assert set(dotted(content)) == {key for key, _ in leaves(Settings())} - {"env", "config_dir"}
    assert msgspec.convert(content, Settings) == Settings()


def test_the_committed_environments_and_example_are_good(tmp_path: Path) -> None:
    for env in ("development", "test", "production"):
        loaded = load({"env": env, "config_dir": str(ROOT / "configs")}, {}, tmp_path)
        assert loaded.settings.env == env
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    assert load(environ={}, working_dir=tmp_path).settings.is_production


def test_printed_settings_hide_secrets(place: Path) -> None:
    environ = {
        "VIDEOCALL_AUTH__SIGNING_KEYS": "k1:" + "s3cret" * 8,
        "VIDEOCALL_MEDIA__API_SECRET": "s3cret",
        "VIDEOCALL_MAIL__PASSWORD": "s3cret",
        "VIDEOCALL_DATABASE__URL": "postgresql://me:s3cret@db/x",
        "VIDEOCALL_PAYMENTS__TEST__SECRET": "s3cret",
        "VIDEOCALL_PAYMENTS__STRIPE__SECRET_KEY": "s3cret",
        "VIDEOCALL_PAYMENTS__STRIPE__WEBHOOK_SECRET": "s3cret",
    }
    lines = load(environ=environ, working_dir=place).lines()
    assert "s3cret" not in "\n".join(lines)
    secret = "media.api_secret: [hidden]  # environment variable VIDEOCALL_MEDIA__API_SECRET"
    assert secret in lines
    assert "server.port: 8000  # default" in lines


def test_missing_secrets_are_made_once_and_kept(place: Path) -> None:
    settings = load({"data_dir": str(place / "data")}, {}, place).settings
    keys = resolve_keys(settings)
    stored = place / "data" / "secrets.json"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert stored.parent.stat().st_mode & 0o777 == 0o700
    stored.chmod(0o644)
    assert resolve_keys(settings) == keys
    assert stored.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in stored.parent.iterdir()] == ["secrets.json"]
    assert len(keys.access_tokens.keys[keys.access_tokens.active]) >= 32


def test_secrets_that_cannot_be_read_stop_the_start(place: Path) -> None:
    (place / "data").mkdir()
    write(place, "data/secrets.json", "{")
    with pytest.raises(ConfigError, match="Restore it"):
        resolve_keys(load({"data_dir": str(place / "data")}, {}, place).settings)


def test_given_secrets_outrank_stored_ones(place: Path) -> None:
    flags = {
        "data_dir": str(place / "data"),
        "auth.signing_keys": f"new:{'a' * 32},old:{'b' * 32}",
    }
    keys = resolve_keys(load(flags, {}, place).settings)
    assert keys.access_tokens.active == "new"
    assert set(keys.access_tokens.keys) == {"new", "old"}
    assert keys.media_api_key.startswith("API")
    all_given = flags | {"media.api_key": "k", "media.api_secret": "s"}
    assert resolve_keys(load(all_given, {}, place).settings).media_api_key == "k"
    some = {"media.api_key": "k", "media.api_secret": "s", "data_dir": str(place / "data")}
    assert resolve_keys(load(some, {}, place).settings).media_api_secret == "s"


def test_a_secret_of_the_test_provider_outranks_the_stored_one(place: Path) -> None:
    flags = {"data_dir": str(place / "data")}
    made = resolve_keys(load(flags, {}, place).settings).test_payments_secret
    assert len(made) >= 32
    given = load(flags | {"payments.test.secret": "mine"}, {}, place).settings
    assert resolve_keys(given).test_payments_secret == "mine"


def test_an_installation_from_before_the_test_provider_gets_a_lasting_secret(place: Path) -> None:
    settings = load({"data_dir": str(place / "data")}, {}, place).settings
    resolve_keys(settings)
    stored = place / "data" / "secrets.json"
    content = json.loads(stored.read_text())
    del content["test_payments_secret"]
    stored.write_text(json.dumps(content))
    secret = resolve_keys(settings).test_payments_secret
    assert len(secret) >= 32
    assert secret not in stored.read_text()
    assert resolve_keys(settings).test_payments_secret == secret


def test_production_needs_no_secret_of_the_test_provider(place: Path) -> None:
    flags = {
        "env": "production",
        "auth.signing_keys": f"k:{'a' * 32}",
        "media.api_key": "k",
        "media.api_secret": "s",
    }
    settings = load(flags, {}, place).settings
    assert not settings.has_test_payments
    assert resolve_keys(settings).test_payments_secret == ""


def test_production_needs_its_secrets(place: Path) -> None:
    settings = load({"env": "production", "data_dir": str(place / "data")}, {}, place).settings
    with pytest.raises(ConfigError, match="VIDEOCALL_AUTH__SIGNING_KEYS"):
        resolve_keys(settings)
    assert not (place / "data").exists()


def test_where_the_database_is(place: Path) -> None:
    settings = load({"data_dir": str(place)}, {}, place).settings
    assert settings.database_url == f"sqlite:///{place}/videocall.sqlite3"
    assert settings.migrates_at_start
    other = load({"database.url": "postgresql://a@b/c"}, {}, place).settings
    assert not other.migrates_at_start
    always = {"database.url": "postgresql://a@b/c", "database.migrate_at_start": "always"}
    assert load(always, {}, place).settings.migrates_at_start
    assert load({"server.host": "::1"}, {}, place).settings.base_url == "http://[::1]:8000"
