"""Idempotency keys on the application's own endpoints: every write of billing takes one."""

from __future__ import annotations

import asyncio

import pytest

from tests.factories import application, people
from tests.factories.application import BASE, Application
from videocall.bootstrap.openapi import document

TAX = {"name": "VAT", "rate": "19", "inclusive": False, "tax_classes": ["standard"]}


async def taxes(app: Application, token: str) -> int:
    return len((await app.call("GET", "/billing/taxes", token)).json()["items"])


async def test_a_repeated_write_is_answered_as_the_first_one(app: Application) -> None:
    admin = await people.admin(app)
    key = {"Idempotency-Key": "tax-1"}
    before = await taxes(app, admin.token)
    first = await app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key)
    again = await app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert await taxes(app, admin.token) == before + 1


async def test_parallel_repeats_make_one(app: Application) -> None:
    admin = await people.admin(app)
    key = {"Idempotency-Key": "tax-1"}
    before = await taxes(app, admin.token)
    answers = await asyncio.gather(
        *(app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await taxes(app, admin.token) == before + 1


async def test_a_refused_write_may_be_corrected_with_the_same_key(app: Application) -> None:
    admin = await people.admin(app)
    key = {"Idempotency-Key": "tax-1"}
    wrong = await app.call(
        "POST", "/billing/taxes", admin.token, json={**TAX, "rate": "-1"}, headers=key
    )
    right = await app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key)
    assert (wrong.status_code, right.status_code) == (422, 201)


async def test_a_key_tells_nothing_about_the_endpoint_to_strangers(app: Application) -> None:
    admin, customer = await people.admin(app), await people.person(app)
    key = {"Idempotency-Key": "tax-1"}
    await app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key)
    other = await app.call("POST", "/billing/taxes", customer.token, json=TAX, headers=key)
    nobody = await app.call("POST", "/billing/taxes", json=TAX, headers=key)
    assert (other.status_code, nobody.status_code) == (403, 401)


async def test_other_origins_may_send_keys_and_see_replays(database_url: str) -> None:
    allowed = {"server.cors_origins": "https://app.example.org"}
    async with application.running(database_url, allowed) as app:
        origin = {"Origin": "https://app.example.org"}
        asks = {
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "idempotency-key",
        }
        may = await app.client.options(f"{BASE}/api/v1/billing/taxes", headers=asks)
        assert "idempotency-key" in may.headers["access-control-allow-headers"].lower()
        admin = await people.admin(app)
        key = {"Idempotency-Key": "tax-1", **origin}
        for _ in range(2):
            answer = await app.call("POST", "/billing/taxes", admin.token, json=TAX, headers=key)
            assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
            assert "idempotency-replayed" in answer.headers["access-control-expose-headers"].lower()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_documentation_of_every_write_names_the_key(method: str) -> None:
    paths = document()["paths"]
    assert isinstance(paths, dict)
    writes = {
        path: item[method]
        for path, item in paths.items()
        if path.startswith("/api/v1/billing") and method in item and item[method].get("security")
    }
    assert writes
    for path, operation in writes.items():
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert names.count("Idempotency-Key") == 1, path
        assert {"409", "422"} <= operation["responses"].keys(), path
