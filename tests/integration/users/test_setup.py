"""The first administrator: the one-time link and the terminal."""

from __future__ import annotations

import asyncio

import pytest

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import PASSWORD
from videocall.core.access import Role
from videocall.users.errors import EmailTaken
from videocall.users.interfaces import NewAccount


def body(token: str | None, email: str = "root@example.com") -> dict[str, object]:
    return {"token": token or "", "email": email, "password": PASSWORD, "name": "Root"}


async def test_the_link_makes_the_first_administrator_and_signs_in(app: Application) -> None:
    assert (await app.call("GET", "/users/setup")).json() == {"needed": True}
    token = await app.container.setup.issue_token()
    answer = await app.call("POST", "/users/setup", json={**body(token), "session": "cookie"})
    assert answer.status_code == 201
    assert answer.json()["refresh_token"] is None
    assert "videocall_refresh=" in answer.headers["set-cookie"]
    profile = await app.call("GET", "/users/profile", answer.json()["access_token"])
    assert profile.json()["role"] == "admin"
    assert (await app.call("GET", "/users/setup")).json() == {"needed": False}
    assert await app.container.setup.issue_token() is None


async def test_the_link_works_once(app: Application) -> None:
    token = await app.container.setup.issue_token()
    assert (await app.call("POST", "/users/setup", json=body(token))).status_code == 201
    again = await app.call("POST", "/users/setup", json=body(token, "b@example.com"))
    assert (again.status_code, again.json()["code"]) == (409, "users.setup_done")


async def test_of_two_people_with_the_link_one_becomes_administrator(app: Application) -> None:
    token = await app.container.setup.issue_token()
    answers = await asyncio.gather(
        *(
            app.call("POST", "/users/setup", json=body(token, f"p{number}@example.com"))
            for number in range(4)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_wrong_or_old_link_is_refused(app: Application) -> None:
    old = await app.container.setup.issue_token()
    new = await app.container.setup.issue_token()
    for token in ("made up", old):
        answer = await app.call("POST", "/users/setup", json=body(token))
        assert (answer.status_code, answer.json()["code"]) == (403, "users.setup_token_invalid")
    app.clock.advance(24 * 3600)
    late = await app.call("POST", "/users/setup", json=body(new))
    assert late.status_code == 403


async def test_a_refused_account_leaves_the_link_usable(app: Application) -> None:
    person = await people.person(app)
    token = await app.container.setup.issue_token()
    taken = await app.call("POST", "/users/setup", json=body(token, person.email))
    assert (taken.status_code, taken.json()["code"]) == (409, "users.email_taken")
    wrong = await app.call("POST", "/users/setup", json={**body(token), "password": "x"})
    assert wrong.status_code == 422
    assert (await app.call("POST", "/users/setup", json=body(token))).status_code == 201


async def test_the_terminal_makes_administrators_at_any_time(app: Application) -> None:
    token = await app.container.setup.issue_token()
    made = await app.container.setup.create_admin(NewAccount("a@example.com", PASSWORD, "A"))
    assert made.role is Role.ADMIN
    with pytest.raises(EmailTaken):
        await app.container.setup.create_admin(NewAccount("A@example.com", PASSWORD, "A"))
    answer = await app.call("POST", "/users/setup", json=body(token))
    assert (answer.status_code, answer.json()["code"]) == (409, "users.setup_done")
