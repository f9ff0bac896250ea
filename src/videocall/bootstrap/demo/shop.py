"""Opens the shop: accounts, the seller with a logo, taxes, categories, products with stock."""

from __future__ import annotations

from dataclasses import dataclass

from videocall.bootstrap.container import Container
from videocall.bootstrap.demo.api import Api, Json, Member
from videocall.bootstrap.demo.people import (
    CATEGORIES,
    LOGO,
    PEOPLE,
    SELLER,
    TAXES,
    THINGS,
    Somebody,
    price_in,
)
from videocall.bootstrap.demo.story import Cast
from videocall.core.access import Actor, Role, UserId
from videocall.core.money import minor_digits
from videocall.users.errors import EmailTaken
from videocall.users.interfaces import NewAccount
from videocall.users.model import Locale, User

_MOST_NAMESAKES = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """A product of the shop as buyers choose it."""

    id: str
    name: str
    kind: str
    host: Member


async def invite(container: Container, password: str) -> Cast:
    """Make all accounts, with the same password."""
    made = [(who, await _account(container, who, password)) for who in PEOPLE]

    def members(role: Role) -> list[Member]:
        return [member for who, member in made if who.role is role]

    return Cast(members(Role.ADMIN)[0], members(Role.HOST), members(Role.CUSTOMER))


async def _account(container: Container, who: Somebody, password: str) -> Member:
    for number in range(1, _MOST_NAMESAKES):
        suffix = "" if number == 1 else str(number)
        email = f"{who.mailbox}{suffix}@example.com"
        try:
            user = await _made(
                container, who, NewAccount(email, password, who.name, Locale(who.locale))
            )
        except EmailTaken:
            continue
        return Member(user.id, user.name, user.email)
    raise EmailTaken


async def _made(container: Container, who: Somebody, account: NewAccount) -> User:
    if who.role is Role.ADMIN:
        return await container.setup.create_admin(account)
    user = await container.accounts.register(account)
    if who.role is Role.HOST:
        by = Actor(UserId("demo"), Role.ADMIN, "", "", "")
        await container.accounts.change_role(by, user.id, Role.HOST)
    return user


async def open_shop(api: Api, cast: Cast, currency: str) -> list[Offer]:
    """Everything that has to be there before the first sale."""
    seller = await api.get(cast.admin, "/billing/seller")
    if not seller["complete"]:
        await api.call("PUT", cast.admin, "/billing/seller", SELLER)
        await api.put_file(cast.admin, "/billing/seller/logo", LOGO, "image/svg+xml")
    if not (await api.get(cast.admin, "/billing/taxes"))["items"]:
        for tax in TAXES:
            await api.post(cast.admin, "/billing/taxes", tax)
    categories: dict[str, str] = {}
    for name, above in CATEGORIES.items():
        body = {"name": name, "parent_id": categories[above] if above else None}
        categories[name] = (await api.post(cast.admin, "/products/categories", body))["id"]
    return [await _offer(api, cast, currency, categories, number) for number in range(len(THINGS))]


async def _offer(
    api: Api, cast: Cast, currency: str, categories: dict[str, str], number: int
) -> Offer:
    thing = THINGS[number]
    host = cast.hosts[thing.host]
    body: Json = {
        "name": thing.name,
        "description": thing.description,
        "kind": thing.kind,
        "price": price_in(currency, thing.price, minor_digits(currency)),
        "category_id": categories[thing.category],
        "tax_class": thing.tax_class,
        "stock": thing.stock,
        "minutes": thing.minutes,
    }
    made = await api.post(host, "/products", body)
    return Offer(made["id"], thing.name, thing.kind, host)
