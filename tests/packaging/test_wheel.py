"""Build the wheel, install it into an empty environment, start it, use it, stop it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest
from livekit import api

from tests.e2e.product import running

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".tools" / "bin" / "uv"


@pytest.fixture(scope="module")
def wheel() -> Path:
    subprocess.run([sys.executable, "-m", "scripts.prepare", "wheel"], cwd=ROOT, check=True)
    (built,) = (ROOT / "dist").glob("videocall-*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, wheel], check=True)
    return folder / "bin" / "videocall"


def test_the_wheel_holds_engine_page_and_migrations_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(n.startswith("videocall/media/_engine") and n.endswith(".so") for n in names)
    assert "videocall/page/index.html" in names
    assert any(n.startswith("videocall/page/assets/") and n.endswith(".js") for n in names)
    assert any("/migrations/" in n for n in names)
    assert "videocall/billing/documents/document.typ" in names
    assert "videocall/billing/documents/fonts/Inter-Regular.ttf" in names
    strangers = [n for n in names if n.split("/")[0].split("-")[0] != "videocall"]
    assert strangers == []


def look_at_page_and_api(url: str) -> None:
    health = httpx.get(f"{url}/health").json()
    assert health["status"] == "ok"
    assert {"database", "media"} <= set(health["parts"])
    page = httpx.get(url)
    assert page.headers["content-type"].startswith("text/html")
    assert '<div id="root"' in page.text
    assert httpx.get(f"{url}/api/v1/users/setup").json() == {"needed": True}


async def test_it_serves_page_api_and_media_from_an_empty_environment(
    command: Path, tmp_path: Path
) -> None:
    with running(tmp_path, command=command) as product:
        look_at_page_and_api(product.url)
        key, secret = product.media_keys()
        url = f"http://127.0.0.1:{product.media_port}"
        async with api.LiveKitAPI(url, key, secret) as livekit:
            await livekit.room.create_room(api.CreateRoomRequest(name="wheel"))
            listed = await livekit.room.list_rooms(api.ListRoomsRequest())
        assert [room.name for room in listed.rooms] == ["wheel"]
