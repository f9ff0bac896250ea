"""What other domains may know about people."""

from __future__ import annotations

from tests.factories import people
from tests.factories.application import Application
from videocall.core.access import Role, UserId
from videocall.users.interfaces import Contact
from videocall.users.model import Locale

NOBODY = UserId("0199c1de-0000-7000-8000-000000000001")


async def test_contacts_of_those_who_exist(app: Application) -> None:
    host, customer = await people.host(app, "Ana"), await people.person(app)
    found = await app.container.accounts.contacts([host.id, customer.id, NOBODY])
    assert found == {
        host.id: Contact(host.email, "Ana", Locale.ENGLISH, Role.HOST),
        customer.id: Contact(customer.email, customer.name, Locale.ENGLISH, Role.CUSTOMER),
    }
    assert await app.container.accounts.contacts([]) == {}


async def test_an_address_finds_its_account_however_it_is_written(app: Application) -> None:
    customer = await people.person(app)
    accounts = app.container.accounts
    for written in (customer.email, f" {customer.email.upper()} "):
        assert await accounts.find_by_email(written) == customer.id
    for unknown in ("nobody@example.com", "no address", ""):
        assert await accounts.find_by_email(unknown) is None
