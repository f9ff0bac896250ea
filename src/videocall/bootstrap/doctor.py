"""`videocall doctor`: what is wrong with ports, data, secrets and database, and how to mend it."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from videocall.bootstrap.database import make_engine
from videocall.bootstrap.histories import HISTORIES
from videocall.bootstrap.keys import resolve_keys
from videocall.bootstrap.ledger.command import check_ledger
from videocall.bootstrap.web import PAGE_FOLDER
from videocall.core.config import ConfigError
from videocall.core.console import say
from videocall.core.db.migrate import revisions
from videocall.core.db.work import driver_errors
from videocall.core.errors import DatabaseUnavailable
from videocall.settings import Loaded, Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One check; ``fix`` empty: nothing to do."""

    what: str
    result: str
    fix: str = ""


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Print all findings; 1 when something needs mending."""
    if arguments.ledger:
        return asyncio.run(check_ledger(loaded.settings))
    findings = [*_local(loaded.settings), asyncio.run(_database(loaded.settings))]
    for finding in findings:
        say(f"{'FIX' if finding.fix else 'ok '} {finding.what}: {finding.result}")
        if finding.fix:
            say(f"    {finding.fix}")
    return 1 if any(finding.fix for finding in findings) else 0


def _local(settings: Settings) -> Iterator[Finding]:
    server, media = settings.server, settings.media
    yield _port("port of page and API", server.host, server.port, socket.SOCK_STREAM)
    if media.mode == "embedded":
        yield _port("port of media signalling", settings.media_host, media.port, socket.SOCK_STREAM)
        yield _port("UDP port of media", settings.media_host, media.udp_port, socket.SOCK_DGRAM)
        if media.tcp_port is not None:
            yield _port(
                "TCP port of media", settings.media_host, media.tcp_port, socket.SOCK_STREAM
            )
    if settings.has_test_payments:
        host, port = settings.test_payments_host, settings.payments.test.port
        yield _port("port of the test provider of payments", host, port, socket.SOCK_STREAM)
    yield _data_dir(Path(settings.data_dir))
    yield _secrets(settings)
    if (PAGE_FOLDER / "index.html").is_file():
        yield Finding("page", "built")
    else:
        yield Finding("page", "not built", "Run `make page`; the API works without it.")


def _port(what: str, host: str, port: int, kind: socket.SocketKind) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fix = "Stop what uses it (Videocall itself, perhaps), or choose another port."
            return Finding(what, f"{host}:{port} can't be used ({error.strerror})", fix)
    return Finding(what, f"{host}:{port} is free")


def _data_dir(folder: Path) -> Finding:
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        return Finding("data folder", f"{folder} can't be written", f"Give rights on {existing}.")
    return Finding("data folder", f"{folder.absolute()} can be written")


def _secrets(settings: Settings) -> Finding:
    try:
        resolve_keys(settings)
    except ConfigError as error:
        return Finding("secrets", error.problem, error.fix)
    return Finding("secrets", "present")


async def _database(settings: Settings) -> Finding:
    try:
        engine = make_engine(settings)
    except ConfigError as error:
        return Finding("database", error.problem, error.fix)
    name = engine.url.render_as_string(hide_password=True)
    try:
        async with driver_errors():
            found = await revisions(engine, HISTORIES)
    except DatabaseUnavailable as error:
        fix = f"Start it, or correct database.url ({type(error.__cause__).__name__})."
        return Finding("database", f"{name} does not answer", fix)
    finally:
        await engine.dispose()
    old = [item.history for item in found if not item.is_current]
    if old and not settings.migrates_at_start:
        return Finding("database", f"{name} has an old schema", "Run `videocall migrate`.")
    return Finding("database", f"{name} answers" + (", migrates at the next start" if old else ""))
