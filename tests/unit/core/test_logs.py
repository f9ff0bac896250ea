"""Logs: one line each, with the request id, never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from videocall.core.context import request_id
from videocall.core.logs import configure_logs, get_logger, scrub


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_lines_carry_process_level_time_and_request_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("info", as_json=True, process="app")
    token = request_id.set("req-1")
    get_logger("here").info("something", number=3)
    request_id.reset(token)
    logging.getLogger("a.library").warning("plain %s", "text")
    get_logger("here").debug("too quiet")
    first, second = lines(capsys)
    assert (first["event"], first["number"], first["logger"]) == ("something", 3, "here")
    assert (first["process"], first["level"], first["request_id"]) == ("app", "info", "req-1")
    assert str(first["timestamp"]).endswith("Z")
    assert second["event"] == "plain text"
    assert "request_id" not in second


def test_secrets_are_hidden_in_json_and_on_the_console(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for as_json in (True, False):
        configure_logs("info", as_json=as_json, process="app")
        get_logger("here").info(
            "joined /rtc?access_token=s3cret&x=1",
            password="s3cret",
            refresh_token="s3cret",
            Authorization="Bearer s3cret",
            url="postgresql://me:s3cret@db/x",
        )
        logging.getLogger("a.library").error("GET /rtc?access_token=s3cret HTTP/1.1")
        try:
            raise ValueError("Bearer s3cret")
        except ValueError:
            get_logger("here").exception("failed")
        said = capsys.readouterr().err
        assert "[hidden]" in said
        assert "s3cret" not in said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/rtc?access_token=abc&sdk=js", "/rtc?access_token=[hidden]&sdk=js"),
        ("/set-up#token=abc", "/set-up#token=[hidden]"),
        ("Authorization: Bearer a.b-c", "Authorization: Bearer [hidden]"),
        ("redis://u:p%40@h:1", "redis://u:[hidden]@h:1"),
        ("tokens are fine", "tokens are fine"),
    ],
)
def test_scrubbing(text: str, clean: str) -> None:
    assert scrub(text) == clean
