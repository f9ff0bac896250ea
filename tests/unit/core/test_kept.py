"""Answers from memory, in front of the framework."""

from __future__ import annotations

import httpx
import pytest

from videocall.core.http.asgi import Receive, Scope, Send
from videocall.core.http.etags import Representation
from videocall.core.http.kept import KeptAnswers
from videocall.core.http.requests import send_bytes

ONE = Representation.of(b'{"id":"1"}')
PAGE = Representation.of(b'{"items":[]}')


async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send_bytes(send, 200, b"from the application", [])


async def find(item: str, query: str) -> Representation | None:
    return {("1", ""): ONE, ("", "limit=2"): PAGE}.get((item, query))


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = KeptAnswers(application, {"/api/things": find})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x")


async def test_what_is_kept_is_answered_with_its_tag(client: httpx.AsyncClient) -> None:
    one = await client.get("/api/things/1")
    assert (one.status_code, one.content, one.headers["etag"]) == (200, ONE.body, ONE.etag)
    assert one.headers["cache-control"] == "public, no-cache"
    assert one.headers["content-length"] == str(len(ONE.body))
    assert (await client.get("/api/things?limit=2")).content == PAGE.body


async def test_who_has_it_already_gets_no_body(client: httpx.AsyncClient) -> None:
    same = await client.get("/api/things/1", headers={"If-None-Match": ONE.etag})
    assert (same.status_code, same.content) == (304, b"")
    other = await client.get("/api/things/1", headers={"If-None-Match": '"old"'})
    assert other.content == ONE.body


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/things/2", {}),
        ("GET", "/api/things/1/parts", {}),
        ("GET", "/api/things?limit=3", {}),
        ("GET", "/api/other", {}),
        ("POST", "/api/things/1", {}),
        ("GET", "/api/things/1", {"Origin": "https://elsewhere.example.com"}),
    ],
)
async def test_the_rest_goes_on_to_the_application(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = await client.request(method, path, headers=headers)
    assert answer.text == "from the application"
