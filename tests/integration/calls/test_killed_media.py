"""The media server is killed in a call: the stay ends within two seconds of its last packet."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from livekit import rtc

from tests.e2e.sdk import Client
from tests.factories.people import PASSWORD
from tests.factories.processes import Installation, Running

MOST_SECONDS = 60.0
NEAR = 2.0  # seconds between the kill and the end of the stay


def media_process(running: Running) -> psutil.Process:
    for process in psutil.Process(running.process.pid).children():
        if "media" in process.cmdline():
            return process
    raise AssertionError(f"no media server:\n{running.output}")


@asynccontextmanager
async def served(installation: Installation, **settings: str) -> AsyncIterator[Running]:
    """`videocall serve` on free ports."""
    running = installation.start(
        "serve",
        "--port=0",
        "--media-port=0",
        "--rtc-port=0",
        "--rtc-tcp-port=0",
        VIDEOCALL_DATABASE__MIGRATE_AT_START="always",
        VIDEOCALL_PAYMENTS__TEST__ENABLED="never",
        **settings,
    )
    try:
        yield running
    finally:
        await asyncio.to_thread(running.stop)


async def administrator(running: Running) -> httpx.AsyncClient:
    """Follow the link of the first start."""

    def link() -> re.Match[str] | None:
        return re.search(r"(http://\S+)/set-up#token=(\S+)", running.output)

    await asyncio.to_thread(running.until, lambda: link() is not None, "link")
    found = link()
    assert found
    client = httpx.AsyncClient(base_url=f"{found[1]}/api/v1")
    body = {"token": found[2], "email": "a@example.com", "password": PASSWORD, "name": "A"}
    tokens = (await client.post("/users/setup", json=body)).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return client


async def ticket_for(client: httpx.AsyncClient, room: str) -> dict[str, str]:
    """A ticket, once the media server answers."""
    for _ in range(200):
        answer = await client.post(f"/calls/rooms/{room}/join")
        if answer.is_success:
            ticket: dict[str, str] = answer.json()
            return ticket
        await asyncio.sleep(0.1)
    raise AssertionError("the media server does not answer")


async def stay_of(client: httpx.AsyncClient, room: str, sid: str) -> dict[str, Any] | None:
    answer = await client.get(f"/calls/rooms/{room}/attendance")
    for item in answer.raise_for_status().json()["items"]:
        if item["participant_sid"] == sid:
            found: dict[str, Any] = item
            return found
    return None


async def ended(client: httpx.AsyncClient, room: str, sid: str) -> float:
    """When the stay ended (Unix seconds), once the application knows."""
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        stay = await stay_of(client, room, sid)
        if stay is not None and stay["left_at"] is not None:
            return datetime.fromisoformat(stay["left_at"]).timestamp()
        await asyncio.sleep(0.2)
    raise AssertionError("the stay has no end")


@pytest.mark.parametrize("spool", ["", "none"], ids=["told-by-the-next", "told-by-nobody"])
async def test_a_stay_ends_with_the_last_packet_of_a_killed_server(
    blank_database_url: str, tmp_path: Path, spool: str
) -> None:
    async with served(
        Installation(tmp_path, blank_database_url), VIDEOCALL_MEDIA__SPOOL=spool
    ) as running:
        client = await administrator(running)
        made = await client.post("/calls/rooms", json={"name": "Maths"})
        room = made.raise_for_status().json()["id"]
        ticket = await ticket_for(client, room)
        guest = Client(rtc.Room())
        await asyncio.wait_for(guest.room.connect(ticket["url"], ticket["token"]), 20)
        await guest.publish_tone(440.0)
        sid = guest.room.local_participant.sid
        await asyncio.sleep(4)
        stay = await stay_of(client, room, sid)
        assert stay is not None, "the webhook of the join has come"
        assert stay["left_at"] is None
        killed_at = time.time()
        media_process(running).send_signal(signal.SIGKILL)
        left_at = await ended(client, room, sid)
        await guest.leave()
        await client.aclose()
    assert abs(left_at - killed_at) <= NEAR
