"""`videocall serve`: its processes, one stop; the others go on when one fails."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from livekit import api

from tests.factories.people import PASSWORD
from tests.factories.processes import Installation, Running

SECOND_START_SECONDS = 5.0


@pytest.fixture
def installation(blank_database_url: str, tmp_path: Path) -> Installation:
    return Installation(tmp_path, blank_database_url)


@pytest.fixture
def running(installation: Installation) -> Iterator[Running]:
    started = serve(installation)
    try:
        yield started
    finally:
        started.stop()


def serve(installation: Installation, **environment: str) -> Running:
    return installation.start(
        "serve",
        "--port=0",
        "--media-port=0",
        "--rtc-port=0",
        "--rtc-tcp-port=0",
        "--testpay-port=0",
        VIDEOCALL_DATABASE__MIGRATE_AT_START="always",
        **environment,
    )


def address(running: Running) -> str:
    def said() -> re.Match[str] | None:
        return re.search(r"Videocall runs at (http://127\.0\.0\.1:\d+)\n", running.output)

    running.until(lambda: said() is not None, "address")
    found = said()
    assert found
    return found[1]


def health(url: str) -> int:
    try:
        return httpx.get(f"{url}/health", timeout=2).status_code
    except httpx.TransportError:
        return 0


def child(running: Running, command: str) -> psutil.Process:
    for process in psutil.Process(running.process.pid).children():
        if command in process.cmdline():
            return process
    raise AssertionError(f"no child {command}:\n{running.output}")


def cpu_seconds(running: Running) -> float:
    """What was computed on the way to the application: the supervisor, then its child."""
    path = (psutil.Process(running.process.pid), child(running, "app"))
    times = [process.cpu_times() for process in path]
    return sum(time.user + time.system for time in times)


def test_a_first_start_leads_to_a_room_on_the_media_server(
    installation: Installation, running: Running
) -> None:
    url = address(running)
    running.until(lambda: health(url) == 200, "health")
    link = re.search(rf"{url}/set-up#token=(\S+)", running.output)
    assert link, running.output
    with httpx.Client(base_url=f"{url}/api/v1") as client:
        body = {"token": link[1], "email": "a@example.com", "password": PASSWORD, "name": "A"}
        tokens = client.post("/users/setup", json=body).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        room = client.post("/calls/rooms", json={"name": "Maths"}).raise_for_status().json()["id"]
        ticket = client.post(f"/calls/rooms/{room}/join").raise_for_status().json()
        assert ticket["url"].startswith("ws://127.0.0.1:")
        assert rooms(installation, ticket["url"]) == [room]
        told = r"path=/api/v1/calls/webhooks/livekit .*status=200"
        running.until(lambda: re.search(told, running.output) is not None, "webhook")
        client.delete(f"/calls/rooms/{room}").raise_for_status()
        assert rooms(installation, ticket["url"]) == []
    assert link[1] not in running.output.replace(link[0], "")


def rooms(installation: Installation, url: str) -> list[str]:
    """What the media server has, asked with the secrets of the first start."""
    stored = json.loads((installation.folder / "data" / "secrets.json").read_text())

    async def ask() -> list[str]:
        async with api.LiveKitAPI(
            url.replace("ws", "http", 1), stored["media_api_key"], stored["media_api_secret"]
        ) as livekit:
            found = await livekit.room.list_rooms(api.ListRoomsRequest())
        return [room.name for room in found.rooms]

    from tests.factories.databases import run

    return run(ask())


def test_a_second_start_is_quick_and_gives_a_new_link_while_there_is_no_administrator(
    installation: Installation,
) -> None:
    links = []
    for number in range(3):
        if number == 2:
            made = installation.run(
                "admin",
                "create",
                "--email=a@example.com",
                "--name=A",
                "--password-stdin",
                stdin=PASSWORD,
            )
            assert made.returncode == 0, made.stderr
        begun = time.monotonic()
        # Measuring coverage would slow down what is measured here.
        running = serve(installation, COVERAGE_PROCESS_CONFIG="")
        try:
            url = address(running)
            running.until(lambda url=url: health(url) == 200, "health")  # type: ignore[misc]
            took = time.monotonic() - begun
            worked = cpu_seconds(running)
        finally:
            assert running.stop() == 0
        links += re.findall(r"set-up#token=(\S+)", running.output)
        assert "Videocall has stopped." in running.output
        if number == 1:
            # On a busy machine the work counts, not the waiting for others.
            assert min(took, worked) < SECOND_START_SECONDS
    assert len(set(links)) == 2


def test_media_that_dies_is_started_again_while_the_application_goes_on(
    running: Running,
) -> None:
    url = address(running)
    running.until(lambda: health(url) == 200, "health")
    first = child(running, "media")
    first.send_signal(signal.SIGKILL)
    assert httpx.get(f"{url}/api/v1/users/setup").status_code == 200
    running.until(lambda: "started again" in running.output, "restart")
    running.until(lambda: health(url) == 200, "health after the restart")
    assert child(running, "media").pid != first.pid


def test_a_test_provider_that_dies_is_started_again_on_its_port(running: Running) -> None:
    url = address(running)
    running.until(lambda: health(url) == 200, "health")
    running.until(lambda: "test_payments_ready" in running.output, "test provider")
    said = re.search(r"test_payments_ready .* port=(\d+)", running.output)
    assert said, running.output
    page = f"http://127.0.0.1:{said[1]}"
    assert health(page) == 200
    child(running, "testpay").send_signal(signal.SIGKILL)
    running.until(lambda: "started again" in running.output, "restart")
    running.until(lambda: health(page) == 200, "test provider again")
    assert health(url) == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_processes(running: Running, number: signal.Signals) -> None:
    url = address(running)
    running.until(lambda: health(url) == 200, "health")
    children = [child(running, command) for command in ("app", "media", "testpay")]
    running.process.send_signal(number)
    assert running.process.wait(20) == 0
    assert not any(process.is_running() for process in children)
    assert "Traceback" not in running.output


def test_a_killed_supervisor_leaves_nobody_behind(running: Running) -> None:
    url = address(running)
    running.until(lambda: health(url) == 200, "health")
    children = [child(running, command) for command in ("app", "media", "testpay")]
    running.process.kill()
    running.process.wait(10)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
