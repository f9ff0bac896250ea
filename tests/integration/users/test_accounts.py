"""Profiles, and the administrator's list of people, over HTTP."""

from __future__ import annotations

import pytest

from tests.factories import people
from tests.factories.application import Application


async def test_the_profile_changes_in_part(app: Application) -> None:
    person = await people.person(app)
    answer = await app.call("PATCH", "/users/profile", person.token, json={"name": " Budi "})
    assert (answer.status_code, answer.json()["name"]) == (200, "Budi")
    answer = await app.call("PATCH", "/users/profile", person.token, json={"locale": "id"})
    assert (answer.json()["name"], answer.json()["locale"]) == ("Budi", "id")
    assert (await app.call("GET", "/users/profile", person.token)).json() == answer.json()
    nothing = await app.call("PATCH", "/users/profile", person.token, json={})
    assert nothing.json() == answer.json()


@pytest.mark.parametrize(
    "body", [{"name": ""}, {"name": "  "}, {"locale": "fr"}, {"email": "x@example.com"}, []]
)
async def test_a_wrong_profile_is_refused(app: Application, body: object) -> None:
    person = await people.person(app)
    answer = await app.call("PATCH", "/users/profile", person.token, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation.failed")


async def test_administrators_page_through_all_people(app: Application) -> None:
    admin = await people.admin(app)
    others = [await people.person(app) for _ in range(4)]
    first = (await app.call("GET", "/users?limit=3", admin.token)).json()
    second = (
        await app.call("GET", f"/users?limit=3&cursor={first['next_cursor']}", admin.token)
    ).json()
    ids = [user["id"] for user in first["items"] + second["items"]]
    assert ids == [person.id for person in [*reversed(others), admin]]
    assert second["next_cursor"] is None


async def test_people_are_found_by_name_or_address(app: Application) -> None:
    admin = await people.admin(app)
    citra = await people.person(app, name="Citra 100%")
    await people.person(app, name="Dewi")

    async def found(search: str) -> list[str]:
        answer = await app.call("GET", f"/users?search={search}", admin.token)
        return [user["id"] for user in answer.json()["items"]]

    assert await found("CITRA") == [citra.id]
    assert await found("100%25") == [citra.id]
    assert await found(citra.email[:12]) == [citra.id]
    assert await found("cit 10") == [citra.id]
    assert await found("cit dewi") == []
    assert await found("%25") == []  # no word at all
    await app.call("PATCH", "/users/profile", citra.token, json={"name": "Émile"})
    assert await found("emi") == [citra.id]
    assert await found("citra 100") == []
    assert await found("nobody") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=!!", "cursor"),
        ("cursor=AAAA", "cursor"),
    ],
)
async def test_wrong_paging_is_refused(app: Application, query: str, field: str) -> None:
    admin = await people.admin(app)
    answer = await app.call("GET", f"/users?{query}", admin.token)
    assert answer.status_code == 422
    assert [item["field"] for item in answer.json()["errors"]] == [field]


async def test_only_administrators_see_and_change_people(app: Application) -> None:
    for person in (await people.person(app), await people.host(app)):
        listed = await app.call("GET", "/users", person.token)
        assert (listed.status_code, listed.json()["code"]) == (403, "auth.forbidden")
        changed = await app.call(
            "PATCH", f"/users/{person.id}", person.token, json={"role": "admin"}
        )
        assert (changed.status_code, changed.json()["code"]) == (403, "auth.forbidden")


async def test_a_new_role_counts_at_once(app: Application) -> None:
    admin, person = await people.admin(app), await people.person(app)
    refused = await app.call("POST", "/calls/rooms", person.token, json={"name": "Mine"})
    assert refused.status_code == 403
    changed = await app.call("PATCH", f"/users/{person.id}", admin.token, json={"role": "host"})
    assert (changed.status_code, changed.json()["role"]) == (200, "host")
    opened = await app.call("POST", "/calls/rooms", person.token, json={"name": "Mine"})
    assert opened.status_code == 201


async def test_roles_that_cannot_be_given(app: Application) -> None:
    admin = await people.admin(app)
    own = await app.call("PATCH", f"/users/{admin.id}", admin.token, json={"role": "host"})
    assert (own.status_code, own.json()["code"]) == (409, "users.own_role")
    nobody = await app.call("PATCH", "/users/nobody", admin.token, json={"role": "host"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "users.not_found")
    unknown = await app.call("PATCH", f"/users/{admin.id}", admin.token, json={"role": "king"})
    assert unknown.status_code == 422
