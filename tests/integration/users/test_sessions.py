"""Signing in, refreshing and signing out over HTTP."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import httpx
import jwt
import pytest

from tests.factories import application, people
from tests.factories.application import BASE, KEYS, Application
from tests.factories.people import PASSWORD, Person

COOKIE = "videocall_refresh"


async def refresh(app: Application, token: str) -> httpx.Response:
    return await app.call("POST", "/users/refresh", json={"refresh_token": token})


async def signed_in_with_cookie(app: Application, person: Person) -> SimpleCookie:
    answer = await app.call(
        "POST",
        "/users/login",
        json={"email": person.email, "password": PASSWORD, "session": "cookie"},
    )
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] is None
    app.client.cookies.clear()
    return SimpleCookie(answer.headers["set-cookie"])


async def test_login_gives_tokens_that_open_the_profile(app: Application) -> None:
    person = await people.person(app)
    answer = await app.call(
        "POST", "/users/login", json={"email": person.email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 200
    tokens = answer.json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 600
    assert answer.headers["cache-control"] == "no-store"
    assert jwt.get_unverified_header(tokens["access_token"])["kid"] == "k1"
    profile = await app.call("GET", "/users/profile", tokens["access_token"])
    assert profile.json()["id"] == person.id


async def test_unknown_address_and_wrong_password_are_answered_alike(app: Application) -> None:
    person = await people.person(app)
    unknown = await app.call(
        "POST", "/users/login", json={"email": "nobody@example.com", "password": PASSWORD}
    )
    wrong = await app.call(
        "POST", "/users/login", json={"email": person.email, "password": "wrong password"}
    )
    endless = await app.call(
        "POST", "/users/login", json={"email": person.email, "password": PASSWORD + "x" * 100}
    )
    assert unknown.status_code == wrong.status_code == endless.status_code == 401
    assert wrong.headers["www-authenticate"] == "Bearer"
    bodies = [answer.json() for answer in (unknown, wrong, endless)]
    for body in bodies:
        body.pop("request_id")
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "auth.invalid_credentials"


async def test_refresh_rotates(app: Application) -> None:
    person = await people.person(app)
    first = await refresh(app, person.refresh_token)
    assert first.status_code == 200
    second = await refresh(app, first.json()["refresh_token"])
    assert second.status_code == 200
    given = {person.refresh_token, first.json()["refresh_token"], second.json()["refresh_token"]}
    assert len(given) == 3


async def test_parallel_tabs_may_use_a_token_twice_within_the_grace(app: Application) -> None:
    person = await people.person(app)
    answers = await asyncio.gather(*(refresh(app, person.refresh_token) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    app.clock.advance(30)
    assert (await refresh(app, person.refresh_token)).status_code == 200


async def test_a_used_token_after_the_grace_ends_the_whole_session(app: Application) -> None:
    person = await people.person(app)
    stolen = person.refresh_token
    newest = (await refresh(app, stolen)).json()
    app.clock.advance(31)
    answer = await refresh(app, stolen)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.refresh_invalid")
    assert (await refresh(app, newest["refresh_token"])).status_code == 401
    profile = await app.call("GET", "/users/profile", newest["access_token"])
    assert (profile.status_code, profile.json()["code"]) == (401, "auth.token_invalid")
    again = await app.container.sessions.login(person.email, PASSWORD)
    assert (await refresh(app, again.refresh_token)).status_code == 200


async def test_a_session_ends_after_its_lifetime(app: Application) -> None:
    person = await people.person(app)
    app.clock.advance(2_592_000)
    assert (await refresh(app, person.refresh_token)).status_code == 401


async def test_logout_ends_the_session_at_once(app: Application) -> None:
    person = await people.person(app)
    answer = await app.call("POST", "/users/logout", json={"refresh_token": person.refresh_token})
    assert answer.status_code == 204
    assert (await refresh(app, person.refresh_token)).status_code == 401
    assert (await app.call("GET", "/users/profile", person.token)).status_code == 401
    again = await app.call("POST", "/users/logout", json={"refresh_token": person.refresh_token})
    assert again.status_code == 204


@pytest.mark.parametrize("path", ["/users/refresh", "/users/logout"])
async def test_an_unknown_refresh_token(app: Application, path: str) -> None:
    answer = await app.call("POST", path, json={"refresh_token": "made up"})
    assert answer.status_code == (401 if path.endswith("refresh") else 204)
    wrong = await app.call("POST", path, json={"refresh_token": 5})
    assert wrong.status_code == 422


async def test_the_page_gets_its_refresh_token_as_a_strict_cookie(app: Application) -> None:
    cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert cookie["path"] == "/api/v1/users"
    assert not cookie["secure"]
    assert int(cookie["max-age"]) == 2_592_000


async def test_behind_tls_the_cookie_is_secure(database_url: str) -> None:
    public = {"server.public_url": "https://calls.example.org"}
    async with application.running(database_url, public) as app:
        cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
        assert cookie["secure"]
        headers = {"Cookie": f"{COOKIE}={cookie.value}", "Origin": "https://calls.example.org"}
        answer = await app.call("POST", "/users/refresh", headers=headers)
        assert answer.status_code == 200


async def test_the_cookie_refreshes_from_our_own_pages(app: Application) -> None:
    cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
    headers = {"Cookie": f"{COOKIE}={cookie.value}", "Origin": BASE}
    answer = await app.call("POST", "/users/refresh", headers=headers, json={})
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] is None
    assert SimpleCookie(answer.headers["set-cookie"])[COOKIE].value not in ("", cookie.value)


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", f"{BASE}.evil.example"])
async def test_the_cookie_is_refused_from_elsewhere(app: Application, origin: str | None) -> None:
    cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
    headers = {"Cookie": f"{COOKIE}={cookie.value}"} | ({"Origin": origin} if origin else {})
    for path in ("/users/refresh", "/users/logout"):
        answer = await app.call("POST", path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.origin_mismatch")


async def test_a_request_without_host_has_no_origin_of_its_own(app: Application) -> None:
    cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
    headers = {"Cookie": f"{COOKIE}={cookie.value}", "Origin": "null", "Host": ""}
    answer = await app.call("POST", "/users/refresh", headers=headers)
    assert answer.status_code == 403


async def test_refresh_without_token_and_cookie(app: Application) -> None:
    answer = await app.call("POST", "/users/refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.refresh_invalid")


async def test_logout_clears_the_cookie(app: Application) -> None:
    cookie = (await signed_in_with_cookie(app, await people.person(app)))[COOKIE]
    headers = {"Cookie": f"{COOKIE}={cookie.value}", "Origin": BASE}
    answer = await app.call("POST", "/users/logout", headers=headers)
    assert answer.status_code == 204
    cleared = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert (cleared.value, cleared["max-age"]) == ("", "0")
    refreshed = await app.call("POST", "/users/refresh", headers=headers)
    assert refreshed.status_code == 401


def forged(app: Application, **changes: object) -> str:
    now = int(app.clock.now().timestamp())
    claims = {"iss": "videocall", "sub": "x", "sid": "y", "iat": now, "exp": now + 60, **changes}
    kid = str(changes.pop("kid", "k1"))
    secret = str(changes.pop("secret", KEYS.access_tokens.keys["k1"]))
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid})


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "auth.required"),
        ("Bearer", "auth.required"),
        ("Basic YTpi", "auth.required"),
        ("Bearer garbage", "auth.token_invalid"),
        ("Bearer a.b.c", "auth.token_invalid"),
    ],
)
async def test_endpoints_for_people_need_a_token(
    app: Application, authorization: str | None, code: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = await app.call("GET", "/users/profile", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "auth.token_invalid"),  # well signed, for a session that never was
        ({"secret": "another-secret-of-enough-length-for-hs256"}, "auth.token_invalid"),
        ({"kid": "k2"}, "auth.token_invalid"),
        ({"iss": "somebody else"}, "auth.token_invalid"),
        ({"exp": 1}, "auth.token_expired"),
        ({"exp": "soon"}, "auth.token_invalid"),
        ({"sub": 5}, "auth.token_invalid"),
    ],
)
async def test_forged_tokens(app: Application, changes: dict[str, object], code: str) -> None:
    answer = await app.call("GET", "/users/profile", forged(app, **changes))
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_an_access_token_expires(app: Application) -> None:
    person = await people.person(app)
    app.clock.advance(599)
    assert (await app.call("GET", "/users/profile", person.token)).status_code == 200
    app.clock.advance(1)
    answer = await app.call("GET", "/users/profile", person.token)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.token_expired")
