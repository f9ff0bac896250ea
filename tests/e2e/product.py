"""The product as its user starts it: `videocall serve` in a folder of its own, on free ports."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

START_SECONDS = 30.0
STOP_SECONDS = 15.0
COMMAND = Path(sys.executable).with_name("videocall")


def free_port(kind: socket.SocketKind) -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    media_port: int
    rtc_port: int

    @property
    def url(self) -> str:
        """Where the page and the API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Everything it has printed so far."""
        return (self.folder / "output.log").read_text(errors="replace")

    def set_up_token(self) -> str:
        """The token in the one-time link that a first start prints."""
        found = re.search(r"/set-up#token=([\w.-]+)", self.output)
        assert found, f"no set-up link in:\n{self.output}"
        return found[1]

    def media_keys(self) -> tuple[str, str]:
        """API key and secret of the media server, made at the first start."""
        stored = json.loads((self.folder / "data" / "secrets.json").read_text())
        return stored["media_api_key"], stored["media_api_secret"]

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything it started."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def media_process(self) -> psutil.Process:
        """The process that holds the media port."""
        for process in self.processes():
            ports = {getattr(c.laddr, "port", 0) for c in process.net_connections("udp")}
            if self.rtc_port in ports:
                return process
        raise AssertionError(f"nobody listens on UDP {self.rtc_port}:\n{self.output}")


def settings(folder: Path, port: int, media_port: int, rtc_port: int) -> dict[str, str]:
    """The environment that moves an installation to a folder and ports of its own."""
    return {
        "VIDEOCALL_DATA_DIR": str(folder / "data"),
        "VIDEOCALL_SERVER__HOST": "127.0.0.1",
        "VIDEOCALL_SERVER__PORT": str(port),
        "VIDEOCALL_MEDIA__HOST": "127.0.0.1",
        "VIDEOCALL_MEDIA__PORT": str(media_port),
        "VIDEOCALL_MEDIA__UDP_PORT": str(rtc_port),
        "VIDEOCALL_MEDIA__TCP_PORT": "0",
        # People of a session of tests sign in once; pages refresh their own tokens.
        "VIDEOCALL_AUTH__ACCESS_TOKEN_SECONDS": "86400",
        "VIDEOCALL_PAYMENTS__TEST__PORT": "0",
    }


def healthy(url: str) -> bool:
    """Whether every part of the installation says that it is well."""
    try:
        answer = httpx.get(f"{url}/health", timeout=2)
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and answer.json()["status"] == "ok"


@contextmanager
def running(
    folder: Path, *, command: Path = COMMAND, extra: Mapping[str, str] | None = None
) -> Iterator[Product]:
    """Start it, wait for a good /health, and stop it cleanly afterwards.

    Raises:
        AssertionError: it did not become healthy, or a SIGTERM did not end it with code 0.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, media_port = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_STREAM)
    rtc_port = free_port(socket.SOCK_DGRAM)
    env = {**os.environ, **settings(folder, port, media_port, rtc_port), **(extra or {})}
    with (folder / "output.log").open("ab") as out:
        process = subprocess.Popen(
            [str(command), "serve"],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    product = Product(process, folder, port, media_port, rtc_port)
    try:
        _wait_for_health(product)
        yield product
    finally:
        code = _stop(process)
    assert code == 0, f"`videocall serve` ended with {code}:\n{product.output[-4000:]}"


def _wait_for_health(product: Product) -> None:
    until = time.monotonic() + START_SECONDS
    while not healthy(product.url):
        ended = product.process.poll()
        assert ended is None, f"`videocall serve` ended with {ended}:\n{product.output[-4000:]}"
        assert time.monotonic() < until, f"not healthy in time:\n{product.output[-4000:]}"
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        for member in family:
            member.kill()
        return process.wait(STOP_SECONDS)
