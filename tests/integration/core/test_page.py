"""The built page: its files, the page for every other address, nothing from outside its folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.factories import application


@pytest.fixture
async def client(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>the page</title>")
    (page / "assets" / "app-1a2b.js").write_text("start()")
    (page / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    async with application.running(database_url, page=page) as app:
        yield app.client


@pytest.mark.parametrize("path", ["/", "/rooms/1", "/set-up", "/profile", "/apiary", "/a%00b"])
async def test_every_other_address_is_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "the page" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/app-1a2b.js")
    assert (answer.status_code, answer.text) == (200, "start()")
    assert "immutable" in answer.headers["cache-control"]
    assert "javascript" in answer.headers["content-type"]


async def test_other_files_are_asked_for_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/icon.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_missing_asset_is_not_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/old.js")
    assert (answer.status_code, answer.text) == (404, "Not found")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd"]
)
async def test_nothing_outside_of_the_folder(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"http://calls.example.com{path}")
    assert "secret" not in answer.text
    assert "root:" not in answer.text


async def test_head_has_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_without_a_built_page_it_says_so(database_url: str, tmp_path: Path) -> None:
    async with application.running(database_url, page=tmp_path / "none") as app:
        answer = await app.client.get("/")
    assert answer.status_code == 503
    assert "make page" in answer.text
