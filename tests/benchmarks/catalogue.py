"""One product and a page of twenty over HTTP on PostgreSQL, next to the peer in the same run.

Each server has one process on one core; wrk and PostgreSQL have the other. Rounds alternate. Three
ways: uncached (our cache switched off), cached, and cached with the client's ETag (304).
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
from sqlalchemy import insert
from uuid_utils import uuid7

from scripts import postgres
from scripts.steps import ROOT
from tests.benchmarks.load import Load, drive, pinned
from videocall.bootstrap.histories import HISTORIES
from videocall.core.db.engine import create_engine
from videocall.core.db.migrate import upgrade
from videocall.products import tables as product_tables
from videocall.users import tables as user_tables

PRODUCTS = 5000
START = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def server(
    name: str, port: int, path: str, env: Mapping[str, str], folder: Path, command: list[str]
) -> Iterator[psutil.Process]:
    """A server on core 0 that answers ``path`` before the block begins."""
    log = folder / f"{name}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VIDEOCALL_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            pinned(0, *command), cwd=folder, env={**clean, **env}, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} did not start:\n{log.read_text()}") from None
                time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def figures(rounds: int, seconds: int) -> Iterator[str]:
    """One line a way and endpoint: the ratio of throughput, and of CPU time a request."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(postgres.server())
        product = asyncio.run(_filled(url))
        peer = stack.enter_context(_peer(url, folder))
        ours = {
            way: stack.enter_context(_ours(way, url, folder, flags))
            for way, flags in (("uncached", ["--set=shop.cache_entries=0"]), ("cached", []))
        }
        for what, path in (("one product", f"/{product}"), ("page of 20", "?limit=20")):
            peer_url = f"http://127.0.0.1:{peer[0]}/products{path}"
            for way, (port, process) in (*ours.items(), ("cached, 304", ours["cached"])):
                our_url = f"http://127.0.0.1:{port}/api/v1/products{path}"
                headers = [f"If-None-Match: {_etag(our_url)}"] if way == "cached, 304" else []
                pairs = []
                for _ in range(rounds):
                    theirs = drive(peer_url, peer[1], seconds)
                    pairs.append((drive(our_url, process, seconds, *headers), theirs))
                yield _line(what, way, pairs)


def _line(what: str, way: str, pairs: list[tuple[Load, Load]]) -> str:
    ratio = statistics.median(our.per_second / peer.per_second for our, peer in pairs)
    cpu = statistics.median(peer.cpu_us / our.cpu_us for our, peer in pairs)
    ours = statistics.median(our.per_second for our, _ in pairs)
    peers = statistics.median(peer.per_second for _, peer in pairs)
    return (
        f"Catalogue, {what}, {way}: {ratio:.1f} x the throughput of FastAPI with the ORM "
        f"({ours:.0f} to {peers:.0f} a second here), {cpu:.1f} x less CPU a request"
    )


def _etag(url: str) -> str:
    return httpx.get(url).headers["etag"]


@contextmanager
def _peer(url: str, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    port = _free_port()
    env = {
        "PEER_DATABASE_URL": url.replace("postgresql://", "postgresql+asyncpg://"),
        "PYTHONPATH": str(ROOT),
    }
    flags = ["--port", str(port), "--no-access-log", "--loop", "uvloop", "--http", "httptools"]
    command = [sys.executable, "-m", "uvicorn", "tests.benchmarks.peer.app:app", *flags]
    with server("peer", port, "/products", env, folder, command) as process:
        yield port, process


@contextmanager
def _ours(
    way: str, url: str, folder: Path, flags: list[str]
) -> Iterator[tuple[int, psutil.Process]]:
    port = _free_port()
    env = {
        "VIDEOCALL_DATABASE__URL": url,
        "VIDEOCALL_DATA_DIR": str(folder / "data"),
        "VIDEOCALL_LOG__FORMAT": "json",  # as in production: one line a request
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "videocall", "app", f"--set=server.port={port}", *flags]
    with server(way, port, "/api/v1/products", env, folder, command) as process:
        yield port, process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _filled(url: str) -> str:
    """A migrated database with a catalogue; the id of a product in its middle."""
    engine = create_engine(url)
    await upgrade(engine, HISTORIES)
    host, category = str(uuid7()), str(uuid7())
    products = [_product(number, host, category) for number in range(PRODUCTS)]
    async with engine.begin() as connection:
        await connection.execute(insert(user_tables.users).values(_host(host)))
        await connection.execute(insert(product_tables.categories).values(_category(category)))
        for start in range(0, PRODUCTS, 500):
            await connection.execute(insert(product_tables.products), products[start : start + 500])
        await connection.exec_driver_sql("ANALYZE")
    await engine.dispose()
    return str(products[PRODUCTS // 2]["id"])


def _host(host: str) -> dict[str, object]:
    return {
        "id": host,
        "email": "host@example.com",
        "email_key": "host@example.com",
        "name": "Ana",
        "role": "host",
        "locale": "en",
        "password_hash": "",
        "created_at": START,
    }


def _category(category: str) -> dict[str, object]:
    return {"id": category, "name": "Lessons", "parent_id": None, "position": 0}


def _product(number: int, host: str, category: str) -> dict[str, object]:
    made = START + timedelta(minutes=number)
    return {
        "id": str(uuid7()),
        "name": f"Lesson {number}",
        "name_key": f"lesson {number}",
        "description": "An hour of mathematics with exercises, for beginners. " * 4,
        "kind": "session",
        "sku": f"LESSON-{number}",
        "price_minor": 1000 + number,
        "currency": "USD",
        "category_id": category,
        "tax_class": "standard",
        "minutes": None,
        "status": "active",
        "host_id": host,
        "stock_on_hand": 100 if number % 2 else None,
        "stock_reserved": 0,
        "was_sold": False,
        "created_at": made,
        "updated_at": made,
        "version": 1,
    }
