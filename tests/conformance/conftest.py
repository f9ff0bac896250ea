"""The media server as a process of its own, and the mark that names the line under test."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.lines import LINES
from tests.e2e.product import COMMAND

SETTINGS = {"LIVEKIT_KEYS": "", "COVERAGE_PROCESS_CONFIG": "", "VIDEOCALL_MEDIA__TCP_PORT": "0"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "line(name): the line of lines.py that a test shows")


@pytest.fixture(autouse=True)
def named_line(request: pytest.FixtureRequest) -> None:
    """Every test here shows a line that is in the table."""
    mark = request.node.get_closest_marker("line")
    assert mark is not None, "which line does this test show?"
    assert mark.args[0] in LINES


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The HTTP address of `videocall media` with LiveKit's key pair for development."""
    folder: Path = tmp_path_factory.mktemp("media")
    log = folder / "media.log"
    options = ("--dev", "--media-host=127.0.0.1", "--media-port=0", "--rtc-port=0")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(COMMAND), "media", *options, "--data-dir", str(folder / "data")],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **SETTINGS},
        )
    try:
        end = time.monotonic() + 60
        while "media_ready" not in (text := log.read_text(errors="replace")):
            assert process.poll() is None, text[-2000:]
            assert time.monotonic() < end, text[-2000:]
            time.sleep(0.05)
        ready = next(line for line in text.splitlines() if "media_ready" in line)
        found = re.search(r"127\.0\.0\.1:\d+", ready)
        assert found, ready
        yield f"http://{found[0]}"
    finally:
        process.terminate()
        process.wait(30)
