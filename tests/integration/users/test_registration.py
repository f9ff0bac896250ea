"""Making an account over HTTP, with every way to get it wrong."""

from __future__ import annotations

import asyncio

import pytest

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import PASSWORD

GOOD = {"email": "Ana@Example.com", "password": PASSWORD, "name": "  Ana Wijaya "}


async def test_register_answers_the_new_customer(app: Application) -> None:
    answer = await app.call("POST", "/users/register", json=GOOD)
    assert answer.status_code == 201
    user = answer.json()
    assert user.pop("id")
    assert user == {
        "email": "Ana@example.com",
        "name": "Ana Wijaya",
        "role": "customer",
        "locale": "en",
        "created_at": "2026-03-01T09:00:00Z",
    }


async def test_a_taken_address_is_a_conflict_whatever_its_case(app: Application) -> None:
    await app.call("POST", "/users/register", json=GOOD)
    answer = await app.call("POST", "/users/register", json={**GOOD, "email": "ANA@EXAMPLE.COM"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "users.email_taken"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_of_two_registrations_at_once_one_gets_the_address(app: Application) -> None:
    answers = await asyncio.gather(
        *(app.call("POST", "/users/register", json=GOOD) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_every_wrong_field_is_named_at_once(app: Application) -> None:
    body = {"email": "nobody", "password": "short", "extra": 1}
    answer = await app.call("POST", "/users/register", json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "validation.failed"
    assert {(item["field"], item["code"]) for item in problem["errors"]} == {
        ("email", "format"),
        ("password", "too_short"),
        ("name", "missing"),
        ("extra", "unknown"),
    }


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"email": "a@b@c.example"}, "email", "format"),
        ({"email": "x" * 300 + "@example.com"}, "email", "too_long"),
        ({"email": 7}, "email", "type"),
        ({"password": "seven77"}, "password", "too_short"),
        ({"password": "with\0nul-character"}, "password", "format"),
        ({"name": "   "}, "name", "too_short"),
        ({"name": "x" * 81}, "name", "too_long"),
        ({"name": "line\nbreak"}, "name", "format"),
        ({"locale": "xx"}, "locale", "choice"),
        ({"role": "admin"}, "role", "unknown"),
    ],
)
async def test_a_wrong_field_is_refused(
    app: Application, change: dict[str, object], field: str, code: str
) -> None:
    answer = await app.call("POST", "/users/register", json={**GOOD, **change})
    assert answer.status_code == 422
    assert [(item["field"], item["code"]) for item in answer.json()["errors"]] == [(field, code)]


async def test_a_password_over_72_bytes_is_refused_with_its_own_code(app: Application) -> None:
    exactly = {**GOOD, "password": "é" * 36}
    assert (await app.call("POST", "/users/register", json=exactly)).status_code == 201
    over = {**GOOD, "email": "b@example.com", "password": "é" * 36 + "x"}
    answer = await app.call("POST", "/users/register", json=over)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "users.password_too_long"
    assert "72 bytes" in problem["detail"]
    assert problem["errors"][0]["field"] == "password"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{not json", 400, "request.malformed"),
        (b"[]", 422, "validation.failed"),
        (b"null", 422, "validation.failed"),
        (b"", 422, "validation.failed"),
        (b"\xff\xfe", 400, "request.malformed"),
        (b'"' + b"x" * 1_100_000 + b'"', 413, "request.too_large"),
    ],
    ids=["broken", "list", "null", "empty", "not-utf8", "too-large"],
)
async def test_a_body_that_is_no_account(
    app: Application, body: bytes, status: int, code: str
) -> None:
    answer = await app.client.post(
        "/api/v1/users/register", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_registering_tells_an_event_without_personal_data(app: Application) -> None:
    someone = await people.person(app, name="Very Personal")
    from videocall.core.events.tables import events

    async with app.container.engine.connect() as connection:
        rows = (await connection.execute(events.select())).mappings().all()
    told = [row for row in rows if row["stream"] == f"user:{someone.id}"]
    assert [row["type"] for row in told] == ["users.registered.v1", "users.signed_in.v1"]
    assert [row["version"] for row in told] == [1, 2]
    assert "Personal" not in str(rows)
    assert "@" not in str(rows)
