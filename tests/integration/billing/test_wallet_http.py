"""Wallets over HTTP: balances, movements in pages, statements, and who may see whose."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import application, people
from tests.factories.application import Application
from tests.factories.people import Person
from tests.factories.wallets import Bank, bank_behind, because, usd
from videocall.billing.model.wallet import HoldId, Reference
from videocall.core.money import Money

WALLET = "/billing/wallet"
DAY = 86_400


async def customer_with(app: Application, *amounts: int) -> tuple[Person, Bank]:
    """A customer, and a top-up a day from 2026-03-01."""
    person, bank = await people.person(app), bank_behind(app)
    for number, amount in enumerate(amounts):
        if number:
            app.clock.advance(DAY)
        await bank.top_up(amount, f"p{number}", person.id)
    return await again(app, person), bank


async def again(app: Application, person: Person) -> Person:
    """The same person, signed in anew: time has passed."""
    tokens = await app.container.sessions.login(person.email, people.PASSWORD)
    return replace(person, token=tokens.access_token)


async def test_an_empty_wallet_shows_the_house_currency(app: Application) -> None:
    person = await people.person(app)
    answer = await app.call("GET", WALLET, person.token)
    assert answer.status_code == 200
    assert answer.json() == {
        "customer_id": person.id,
        "balances": [{"currency": "USD", "balance": "0.00", "held": "0.00", "available": "0.00"}],
        "minutes": {"balance": 0, "held": 0, "available": 0},
        "holds": [],
    }


async def test_balances_of_all_currencies_minutes_and_holds(app: Application) -> None:
    person, bank = await customer_with(app, 2000)
    until = app.clock.now() + timedelta(minutes=10)
    call = Reference("call", "c1", "Maths with Ana")
    async with bank.units.write() as work:
        await bank.book.top_up(work, person.id, Money(1500, "JPY"), because("p9"), None)
        await bank.book.credit_minutes(work, person.id, 600, because("i1", "invoice"), None)
        await bank.book.hold(work, person.id, usd(550), HoldId("h1"), until, call)
        await bank.book.hold_minutes(work, person.id, 60, HoldId("h2"), until, call)
    body = (await app.call("GET", WALLET, person.token)).json()
    assert body["balances"] == [
        {"currency": "JPY", "balance": "1500", "held": "0", "available": "1500"},
        {"currency": "USD", "balance": "20.00", "held": "5.50", "available": "14.50"},
    ]
    assert body["minutes"] == {"balance": 600, "held": 60, "available": 540}
    assert [(hold["unit"], hold["amount"]) for hold in body["holds"]] == [
        ("USD", "5.50"),
        ("minutes", "60"),
    ]
    assert body["holds"][0]["reference"] == {"type": "call", "id": "c1", "number": "Maths with Ana"}
    app.clock.advance(600)
    person = await again(app, person)
    late = (await app.call("GET", WALLET, person.token)).json()
    assert late["balances"][1]["available"] == "20.00"
    assert late["minutes"]["available"] == 600
    assert late["holds"] == []


async def test_entries_run_from_the_newest_with_the_balance_after_each(app: Application) -> None:
    person, bank = await customer_with(app, 1000)
    invoice = Reference("invoice", "i1", "2026-00001")
    async with bank.units.write() as work:
        await bank.book.spend(work, person.id, usd(250), invoice, None)
    await bank.hold(300, "h1", owner=person.id)
    items = (await app.call("GET", f"{WALLET}/entries", person.token)).json()["items"]
    assert [
        (item["kind"], item["amount"], item["balance"], item["available"]) for item in items
    ] == [
        ("hold", "-3.00", "7.50", "4.50"),
        ("purchase", "-2.50", "7.50", "7.50"),
        ("top_up", "10.00", "10.00", "10.00"),
    ]
    assert items[1]["reference"] == {"type": "invoice", "id": "i1", "number": "2026-00001"}
    assert items[1]["created_at"] == "2026-03-01T09:00:00Z"


async def test_entries_come_in_pages_by_cursor_and_by_number(app: Application) -> None:
    person, _ = await customer_with(app, *[100] * 7)
    seen: list[str] = []
    cursor: str | None = ""
    for _ in range(4):
        path = f"{WALLET}/entries?limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = (await app.call("GET", path, person.token)).json()
        seen += [item["balance"] for item in page["items"]]
        assert page["has_more"] is (page["next_cursor"] is not None)
        cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [f"{n}.00" for n in range(7, 0, -1)]
    third = (await app.call("GET", f"{WALLET}/entries?limit=2&page=3", person.token)).json()
    assert ([item["balance"] for item in third["items"]], third["page"]) == (["3.00", "2.00"], 3)


async def test_entries_of_one_unit_and_of_some_days(app: Application) -> None:
    person, bank = await customer_with(app, 100, 200, 300)
    async with bank.units.write() as work:
        await bank.book.credit_minutes(work, person.id, 60, because("i1", "invoice"), None)

    async def amounts(query: str) -> list[str]:
        answer = await app.call("GET", f"{WALLET}/entries?{query}", person.token)
        return [item["amount"] for item in answer.json()["items"]]

    assert await amounts("unit=minutes") == ["60"]
    assert await amounts("unit=USD") == ["3.00", "2.00", "1.00"]
    assert await amounts("unit=EUR") == []
    assert await amounts("from=2026-03-02") == ["3.00", "2.00"]
    assert await amounts("to=2026-03-02") == ["2.00", "1.00"]
    assert await amounts("from=2026-03-02&to=2026-03-02") == ["2.00"]
    assert await amounts("from=2026-03-04") == []
    assert await amounts("to=2026-02-28") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("unit=ZZZ", "unit"),
        ("unit=usd", "unit"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=yesterday", "from"),
        ("to=9999-12-31", "to"),
        ("limit=0", "limit"),
        ("cursor=nonsense", "cursor"),
    ],
)
async def test_a_wrong_query_is_named(app: Application, query: str, field: str) -> None:
    person = await people.person(app)
    answer = await app.call("GET", f"{WALLET}/entries?{query}", person.token)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_statement_stands_between_two_balances(app: Application) -> None:
    person, bank = await customer_with(app, 1000, 200, 300)
    await bank.spend(50, "i1", person.id)
    path = f"{WALLET}/statement?from=2026-03-02&to=2026-03-02"
    body = (await app.call("GET", path, person.token)).json()
    assert (body["from"], body["to"], body["unit"]) == ("2026-03-02", "2026-03-02", "USD")
    assert (body["opening_balance"], body["closing_balance"]) == ("10.00", "12.00")
    assert [entry["amount"] for entry in body["entries"]] == ["2.00"]
    month = (await app.call("GET", f"{WALLET}/statement", person.token)).json()
    assert (month["from"], month["to"]) == ("2026-03-01", "2026-03-03")
    assert (month["opening_balance"], month["closing_balance"]) == ("0.00", "14.50")
    quiet = f"{WALLET}/statement?from=2026-04-01&to=2026-04-30"
    body = (await app.call("GET", quiet, person.token)).json()
    assert (body["opening_balance"], body["closing_balance"]) == ("14.50", "14.50")
    assert body["entries"] == []


async def test_a_statement_as_csv(app: Application) -> None:
    person, bank = await customer_with(app, 1000)
    invoice = Reference("invoice", "i1", "=2026-00001")
    async with bank.units.write() as work:
        await bank.book.spend(work, person.id, usd(250), invoice, None)
    answer = await app.call("GET", f"{WALLET}/statement?format=csv", person.token)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = 'attachment; filename="wallet-USD-2026-03-01-2026-03-01.csv"'
    assert answer.headers["content-disposition"] == name
    assert answer.content.startswith(b"time,kind,amount,balance,available,")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))
    assert [(row["kind"], row["amount"], row["balance"]) for row in rows] == [
        ("opening", "", "0.00"),
        ("top_up", "10.00", "10.00"),
        ("purchase", "-2.50", "7.50"),
        ("closing", "", "7.50"),
    ]
    assert rows[1]["time"] == "2026-03-01T09:00:00Z"
    assert rows[2]["reference_number"] == "'=2026-00001"  # no formula for a spreadsheet


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2025-01-01&to=2026-01-02", "from"), ("format=xml", "format"), ("unit=XX", "unit")],
)
async def test_a_wrong_statement_is_refused(app: Application, query: str, field: str) -> None:
    person = await people.person(app)
    answer = await app.call("GET", f"{WALLET}/statement?{query}", person.token)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_statement_covers_a_leap_year(app: Application) -> None:
    person = await people.person(app)
    path = f"{WALLET}/statement?from=2024-01-01&to=2024-12-31"
    assert (await app.call("GET", path, person.token)).status_code == 200


async def test_administrators_see_every_wallet_and_nobody_else_does(app: Application) -> None:
    person, _ = await customer_with(app, 1000)
    admin, host, other = (
        await people.admin(app),
        await people.host(app),
        await people.person(app),
    )
    for tail in ("", "/entries", "/statement"):
        path = f"/billing/wallets/{person.id}{tail}"
        assert (await app.call("GET", path, admin.token)).status_code == 200
        assert (await app.call("GET", path, person.token)).status_code == 200
        for stranger in (host, other):
            answer = await app.call("GET", path, stranger.token)
            assert (answer.status_code, answer.json()["code"]) == (404, "billing.wallet_not_found")
        assert (await app.call("GET", path)).status_code == 401
        unknown = await app.call("GET", f"/billing/wallets/nobody{tail}", admin.token)
        assert unknown.status_code == 404
    body = (await app.call("GET", f"/billing/wallets/{person.id}", admin.token)).json()
    assert body["balances"][0]["balance"] == "10.00"
    own = (await app.call("GET", WALLET, admin.token)).json()
    assert own["balances"][0]["balance"] == "0.00"


async def test_the_house_currency_is_a_setting(database_url: str) -> None:
    async with application.running(database_url, {"shop.currency": "IDR"}) as app:
        person = await people.person(app)
        body = (await app.call("GET", WALLET, person.token)).json()
        assert [item["currency"] for item in body["balances"]] == ["IDR"]
        statement = (await app.call("GET", f"{WALLET}/statement", person.token)).json()
        assert statement["unit"] == "IDR"
