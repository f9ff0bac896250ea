"""What surrounds every request: ids, headers, limits, CORS, unknown addresses, faults."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from structlog.testing import capture_logs

from tests.factories import application, people
from tests.factories.application import Application


async def test_every_answer_has_a_request_id(app: Application) -> None:
    made = await app.call("GET", "/users/setup")
    assert uuid.UUID(made.headers["x-request-id"]).version == 7
    other = await app.call("GET", "/users/setup")
    assert other.headers["x-request-id"] != made.headers["x-request-id"]


async def test_a_given_request_id_is_kept_and_found_in_the_problem(app: Application) -> None:
    answer = await app.call("GET", "/users/profile", headers={"X-Request-Id": "abc-123"})
    assert answer.headers["x-request-id"] == "abc-123"
    assert answer.json()["request_id"] == "abc-123"


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/api/v1/nothing", "GET", 404, "request.not_found"),
        ("/api", "GET", 404, "request.not_found"),
        ("/api/v1/users/login", "GET", 405, "request.method_not_allowed"),
        ("/api/v1/nothing", "POST", 404, "request.not_found"),
        ("/health", "POST", 405, "request.method_not_allowed"),
    ],
)
async def test_unknown_addresses_are_problems(
    app: Application, path: str, method: str, status: int, code: str
) -> None:
    answer = await app.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_security_headers(app: Application) -> None:
    for path in ("/", "/api/v1/users/setup", "/api/v1/nothing"):
        headers = (await app.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "strict-transport-security" not in headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "ws://calls.example.com:7880 http://calls.example.com:7880" in policy


async def test_a_public_https_address_makes_browsers_strict(database_url: str) -> None:
    flags = {
        "server.public_url": "https://calls.example.org",
        "media.public_url": "wss://media.example.org",
    }
    async with application.running(database_url, flags) as app:
        headers = (await app.client.get("/")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "wss://media.example.org https://media.example.org" in headers["content-security-policy"]


async def test_a_strange_host_does_not_get_into_the_policy(app: Application) -> None:
    answer = await app.client.get("/", headers={"Host": "x; script-src *"})
    assert "script-src *" not in answer.headers["content-security-policy"]


async def test_a_request_that_takes_too_long(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = {"server.request_timeout_seconds": "0.1"}
    async with application.running(database_url, flags) as app:

        async def slow() -> bool:
            await asyncio.sleep(5)
            return True

        monkeypatch.setattr(app.container.setup, "needed", slow)
        answer = await app.call("GET", "/users/setup")
    assert (answer.status_code, answer.json()["code"]) == (503, "request.timeout")
    assert answer.headers["x-request-id"]


async def test_a_fault_of_ours_is_logged_and_not_explained(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> bool:
        raise ZeroDivisionError("a secret inside")

    monkeypatch.setattr(app.container.setup, "needed", broken)
    with capture_logs() as logs:
        answer = await app.call("GET", "/users/setup?token=abc")
    assert (answer.status_code, answer.json()["code"]) == (500, "core.unexpected")
    assert "secret" not in answer.text
    told = next(line for line in logs if line["event"] == "unexpected failure")
    assert (told["path"], told["method"]) == ("/api/v1/users/setup", "GET")
    assert "abc" not in str(logs)


async def test_a_database_that_is_away(app: Application, database_url: str) -> None:
    person = await people.person(app)
    away = {"database.pool_timeout_seconds": "0.2"}
    url = "postgresql://nobody@127.0.0.1:1/none"
    async with application.running(url, away) as lost:
        answer = await lost.call("GET", "/users/setup")
        assert (answer.status_code, answer.json()["code"]) == (503, "core.database_unavailable")
        assert answer.headers["retry-after"] == "1"
        health = await lost.client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "failed")
        assert health.json()["parts"]["database"]["status"] == "failed"
        assert (await lost.client.get("/health/ready")).status_code == 503
        assert (await lost.client.get("/health/live")).status_code == 200
    assert (await app.call("GET", "/users/profile", person.token)).status_code == 200


async def test_health_without_media_is_degraded_but_ready(database_url: str) -> None:
    async with application.running(database_url, {"media.port": "1"}) as app:
        health = await app.client.get("/health")
        assert health.status_code == 503
        body = health.json()
        assert body["status"] == "degraded"
        assert body["version"]
        assert body["parts"]["database"]["status"] == "ok"
        assert body["parts"]["database"]["latency_ms"] > 0
        assert body["parts"]["media"]["status"] == "failed"
        assert body["parts"]["media"]["detail"] == "ConnectError"
        assert (await app.client.get("/health/ready")).status_code == 200
        assert health.headers["cache-control"] == "no-store"


async def test_other_origins_only_where_the_settings_allow_them(database_url: str) -> None:
    ask = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}
    async with application.running(database_url) as app:
        answer = await app.client.options("/api/v1/users/login", headers=ask)
        assert "access-control-allow-origin" not in answer.headers
    allowed = {"server.cors_origins": "https://app.example.org, https://b.example.org"}
    async with application.running(database_url, allowed) as app:
        answer = await app.client.options("/api/v1/users/login", headers=ask)
        assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
        other = await app.client.options(
            "/api/v1/users/login", headers={**ask, "Origin": "https://evil.example"}
        )
        assert other.headers.get("access-control-allow-origin") != "https://evil.example"


async def test_the_documentation_names_every_endpoint(app: Application) -> None:
    document = (await app.client.get("/openapi.json")).json()
    page = await app.client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for path, item in document["paths"].items():
        assert path in page.text
        for operation in item.values():
            assert operation["operationId"]
            assert operation["description"]
    assert "<script" not in page.text
    assert document["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"
