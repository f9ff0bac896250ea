"""The administrator, hosts and customers of a test installation, through the API."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.product import Product

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


@dataclass(slots=True)
class Person:
    """An account and a client that is signed in with it."""

    id: str
    email: str
    name: str
    api: httpx.Client

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """One API call that has to succeed; its JSON, or None for an empty answer."""
        answer = self.api.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def open_room(self, name: str = "A lesson", **fields: Any) -> str:
        """Create a room; its id."""
        return str(self.call("POST", "/calls/rooms", json={"name": name, **fields})["id"])

    def join(self, room: str) -> tuple[str, str]:
        """URL of the media server and access token for a room."""
        answer = self.call("POST", f"/calls/rooms/{room}/join", json={})
        return str(answer["url"]), str(answer["token"])


def client(product: Product) -> httpx.Client:
    """Nobody's client."""
    return httpx.Client(base_url=f"{product.url}/api/v1", timeout=20)


def sign_in(product: Product, email: str) -> Person:
    """A person with an account."""
    api = client(product)
    answer = api.post("/users/login", json={"email": email, "password": PASSWORD})
    assert answer.is_success, answer.text
    api.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    profile = api.get("/users/profile").json()
    return Person(profile["id"], email, profile["name"], api)


def set_up(product: Product) -> Person:
    """Use the one-time link of a first start: the administrator."""
    email = "admin@example.org"
    body = {"email": email, "password": PASSWORD, "name": "Ada Admin"}
    body["token"] = product.set_up_token()
    answer = client(product).post("/users/setup", json=body)
    assert answer.status_code == 201, answer.text
    return sign_in(product, email)


def customer(product: Product, name: str = "Citra Customer") -> Person:
    """Register somebody new."""
    email = f"person{next(_numbers)}@example.org"
    body = {"email": email, "password": PASSWORD, "name": name}
    answer = client(product).post("/users/register", json=body)
    assert answer.status_code == 201, answer.text
    return sign_in(product, email)


def host(product: Product, admin: Person, name: str = "Hana Host") -> Person:
    """Register somebody new and let the administrator make them a host."""
    person = customer(product, name)
    admin.call("PATCH", f"/users/{person.id}", json={"role": "host"})
    return sign_in(product, person.email)
