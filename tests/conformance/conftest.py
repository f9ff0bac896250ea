"""Published clients against `videocall media` as a process, and the document of what they found."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from tests.conformance.browser import LIBRARY, InBrowser, open_page
from tests.conformance.driver import HERE, Driven, free_port, start
from tests.conformance.lines import LINES
from tests.conformance.results import Results
from tests.conformance.tokens import token
from tests.e2e.browser import profile

ROOT = HERE.parents[1]
DOCUMENT = ROOT / "docs" / "media" / "conformance.md"
MADE = ROOT / "test-results" / "conformance.md"
GO_CLIENT = Path(os.environ.get("CONFORMANCE_GO", HERE / "go" / "client"))
CLIENTS = ("python", "browser v1", "browser v0", "node", "go")
PROGRAMS = {
    "python": (sys.executable, "-m", "tests.conformance.python_client"),
    "node": ("node", str(HERE / "node" / "client.mjs")),
    "go": (str(GO_CLIENT),),
}

Join = Callable[..., Awaitable[Driven]]


def _versions() -> dict[str, str]:
    browser = json.loads((LIBRARY.parent / "package.json").read_text())["version"]
    node = json.loads((HERE / "node" / "package.json").read_text())["dependencies"]
    go = re.search(r"server-sdk-go/v2 (v\S+)", (HERE / "go" / "go.mod").read_text())
    assert go is not None
    return {
        "python": f"livekit {importlib.metadata.version('livekit')}, "
        f"livekit-api {importlib.metadata.version('livekit-api')}",
        "browser v1": f"livekit-client {browser}, one peer connection",
        "browser v0": f"livekit-client {browser}, two peer connections",
        "node": f"@livekit/rtc-node {node['@livekit/rtc-node']}, "
        f"livekit-server-sdk {node['livekit-server-sdk']}",
        "wire": "HTTP and WebSocket below the SDKs (httpx, websockets, livekit-protocol)",
        "go": f"github.com/livekit/server-sdk-go/v2 {go[1]}",
    }


RESULTS = Results(_versions())


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "line(name): the line of the document that a test shows")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note outcomes for the clients that a test is about: its parameters, or ``clients``."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.when != "call" and not report.failed:
        return
    given = getattr(item, "callspec", None)
    named = [value for value in (given.params.values() if given else ()) if value in CLIENTS]
    for mark in item.iter_markers("line"):
        line = mark.args[0]
        assert line in LINES, f"no line {line}"
        RESULTS.note(line, named or mark.kwargs.get("clients", ()), report.passed)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was found; over the document itself with CONFORMANCE_WRITE."""
    MADE.parent.mkdir(exist_ok=True)
    MADE.write_text(RESULTS.document())
    if os.environ.get("CONFORMANCE_WRITE"):
        DOCUMENT.write_text(RESULTS.document())


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a media server in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "videocall", "media", "--dev", f"--media-port={port}"]
    with subprocess.Popen([*command, "--rtc-port=0", "--rtc-tcp-port=0"], cwd=ROOT) as process:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/").text == "OK":
                    break
            assert process.poll() is None, "the media server ended"
            assert time.monotonic() < deadline, "the media server does not answer"
            time.sleep(0.1)
        yield f"ws://127.0.0.1:{port}"
        process.terminate()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrowserContext]:
    """One browser with a fake camera and a tone as its microphone."""
    async with profile(tmp_path_factory.mktemp("chromium") / "profile") as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def join(server: str, chromium: BrowserContext, room: str) -> AsyncIterator[Join]:
    """Start a client and let it join the test's room; all leave at the end."""
    running: list[Driven] = []

    async def joined(client: str, identity: str = "", url: str = "", **grants: Any) -> Driven:
        driven = await opened(client)
        running.append(driven)
        who = identity or f"{client.replace(' ', '-')}-{len(running)}"
        answer = await driven.do("join", url=url or server, token=token(who, room, **grants))
        assert answer["identity"] == who
        assert answer["room"] == room
        driven.identity = who
        return driven

    async def opened(client: str) -> Driven:
        if client in PROGRAMS:
            return await start(client, PROGRAMS[client])
        page: InBrowser = await open_page(chromium, server.replace("ws", "http", 1), client)
        return page

    yield joined
    for driven in running:
        await driven.end()


@pytest.fixture
def room(request: pytest.FixtureRequest) -> str:
    """A room of the test's own."""
    return re.sub(r"\W+", "-", request.node.name)
