"""The commands that run to their end, as processes."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.factories.people import PASSWORD
from tests.factories.processes import Installation

ADMIN = ("admin", "create", "--email", "root@example.com", "--name", "Root", "--password-stdin")


@pytest.fixture
def installation(blank_database_url: str, tmp_path: Path) -> Installation:
    return Installation(tmp_path, blank_database_url)


def test_migrate_and_check(installation: Installation) -> None:
    before = installation.run("migrate", "--check")
    assert before.returncode == 1
    assert "users: nothing (newest: users_0002)" in before.stdout
    done = installation.run("migrate")
    assert done.returncode == 0
    assert "users: users_0002" in done.stdout
    assert "calls: calls_0003" in done.stdout
    assert installation.run("migrate", "--check").returncode == 0


def test_an_administrator_from_the_terminal(installation: Installation) -> None:
    installation.run("migrate")
    made = installation.run(*ADMIN, stdin=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    assert "Made administrator root@example.com" in made.stdout
    again = installation.run(*ADMIN, stdin=f"{PASSWORD}\n")
    assert again.returncode == 1
    assert "has an account" in again.stderr
    short = installation.run(*ADMIN, stdin="short\n")
    assert short.returncode == 1
    assert "password: At least 8 characters." in short.stderr
    silent = installation.run("admin", "create")
    assert silent.returncode == 1
    assert "--password-stdin" in silent.stderr
    for result in (made, again, short, silent):
        assert "Traceback" not in result.stderr
        assert PASSWORD not in result.stdout + result.stderr


def test_an_old_schema_stops_where_it_is_not_migrated_at_start(
    installation: Installation,
) -> None:
    never = {"VIDEOCALL_DATABASE__MIGRATE_AT_START": "never"}
    for command in (ADMIN, ("app", "--port=0")):
        result = installation.run(*command, stdin=f"{PASSWORD}\n", **never)
        assert result.returncode == 2
        assert "Run `videocall migrate`" in result.stderr
        assert "Traceback" not in result.stderr


def test_wrong_settings_are_one_clear_message(installation: Installation) -> None:
    result = installation.run("serve", VIDEOCALL_SERVER__PORT="x")
    assert result.returncode == 2
    assert "environment variable VIDEOCALL_SERVER__PORT" in result.stderr
    assert "whole number" in result.stderr
    assert "Traceback" not in result.stderr
    flag = installation.run("config", "--set", "nonsense")
    assert (flag.returncode, "KEY=VALUE" in flag.stderr) == (2, True)


def test_production_without_secrets_does_not_start(installation: Installation) -> None:
    result = installation.run("serve", "--env", "production")
    assert result.returncode == 2
    assert "VIDEOCALL_MEDIA__API_SECRET" in result.stderr
    assert not (installation.folder / "data").exists()


def test_a_port_in_use_is_one_clear_message(installation: Installation) -> None:
    installation.run("migrate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = installation.run("app", "--port", port)
        media = installation.run(
            "media", "--dev", "--media-port", port, "--rtc-port=0", "--rtc-tcp-port=0"
        )
        testpay = installation.run("testpay", "--testpay-port", port)
    assert result.returncode == 2
    assert f"127.0.0.1:{port}: can't listen there" in result.stderr
    assert media.returncode == 2
    assert "--media-port" in media.stderr
    assert testpay.returncode == 2
    assert "payments.test.port" in testpay.stderr
    assert "Traceback" not in result.stderr + media.stderr + testpay.stderr


def test_a_database_that_is_away_is_one_clear_message(installation: Installation) -> None:
    away = {"VIDEOCALL_DATABASE__URL": "postgresql://nobody:s3cret@127.0.0.1:1/none"}
    for command in (("migrate",), ("app", "--port=0"), ADMIN):
        result = installation.run(*command, stdin=f"{PASSWORD}\n", **away)
        assert result.returncode == 1, result.stderr
        assert "database does not answer" in result.stderr
        assert "Traceback" not in result.stderr
        assert "s3cret" not in result.stderr
    wrong = installation.run("migrate", VIDEOCALL_DATABASE__URL="mysql://x")
    assert wrong.returncode == 2
    assert "postgresql://" in wrong.stderr


def test_doctor_finds_what_is_wrong(installation: Installation) -> None:
    (installation.folder / "a-file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sick = installation.run(
            "doctor",
            "--set=media.port=0",
            "--set=media.udp_port=0",
            "--set=media.tcp_port=0",
            "--set=payments.test.port=0",
            f"--set=server.port={port}",
            "--data-dir=a-file/data",
            VIDEOCALL_DATABASE__URL="postgresql://nobody@127.0.0.1:1/none",
        )
    assert sick.returncode == 1
    assert f"FIX port of page and API: 127.0.0.1:{port} can't be used" in sick.stdout
    assert "ok  UDP port of media" in sick.stdout
    assert "ok  TCP port of media" in sick.stdout
    assert "FIX data folder" in sick.stdout
    assert "FIX secrets" in sick.stdout
    assert "does not answer" in sick.stdout
    assert "Traceback" not in sick.stderr


def test_doctor_is_content_with_a_good_installation(installation: Installation) -> None:
    ports = [
        f"--set={name}=0"
        for name in (
            "server.port",
            "media.port",
            "media.udp_port",
            "media.tcp_port",
            "payments.test.port",
        )
    ]
    fresh = installation.run("doctor", *ports, VIDEOCALL_DATABASE__MIGRATE_AT_START="never")
    assert "has an old schema" in fresh.stdout
    installation.run("migrate")
    good = installation.run("doctor", *ports)
    wrong = [line for line in good.stdout.splitlines() if line.startswith("FIX")]
    assert [line for line in wrong if not line.startswith("FIX page")] == []
    assert "ok  secrets: present" in good.stdout
    assert "ok  port of the test provider of payments" in good.stdout
    assert "ok  database" in good.stdout
    bad = installation.run("doctor", *ports, VIDEOCALL_DATABASE__URL="mysql://x")
    assert "unknown database" in bad.stdout


def test_config_and_openapi_need_nothing(installation: Installation) -> None:
    config = installation.run("config")
    assert "database.url: [hidden]  # environment variable VIDEOCALL_DATABASE__URL" in config.stdout
    assert "server.port: 8000  # default" in config.stdout
    first, second = (installation.run("openapi").stdout for _ in range(2))
    assert first == second
    assert "/api/v1/users/register" in json.loads(first)["paths"]
    assert list(installation.folder.iterdir()) == []


def test_help_names_the_commands(installation: Installation) -> None:
    shown = installation.run("--help")
    for command in ("serve", "media", "testpay", "migrate", "admin", "config", "openapi", "doctor"):
        assert command in shown.stdout
    assert installation.run().returncode == 2
    assert "videocall 0." in installation.run("--version").stdout
