"""People with accounts: how tests get an administrator, a host, a customer."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.factories.application import Application
from videocall.core.access import Actor, Role, UserId
from videocall.users.interfaces import NewAccount

PASSWORD = "correct horse battery"

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    id: UserId
    email: str
    name: str
    token: str
    refresh_token: str


async def person(app: Application, role: Role = Role.CUSTOMER, name: str = "") -> Person:
    """A new account with this role, signed in."""
    number = next(_numbers)
    account = NewAccount(f"person{number}@example.com", PASSWORD, name or f"Person {number}")
    if role is Role.ADMIN:
        user = await app.container.setup.create_admin(account)
    else:
        user = await app.container.accounts.register(account)
        if role is Role.HOST:
            by = Actor(UserId("setup"), Role.ADMIN, "", "", "")
            await app.container.accounts.change_role(by, user.id, role)
    tokens = await app.container.sessions.login(account.email, PASSWORD)
    return Person(user.id, user.email, user.name, tokens.access_token, tokens.refresh_token)


async def admin(app: Application) -> Person:
    """An administrator."""
    return await person(app, Role.ADMIN)


async def host(app: Application, name: str = "") -> Person:
    """Somebody who opens rooms."""
    return await person(app, Role.HOST, name)
