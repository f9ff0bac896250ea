"""Lists of invoices over HTTP: whose they are, filters, orders, cursors and pages."""

from __future__ import annotations

from typing import Any

from tests.factories import people
from tests.factories.office import WORK, Office
from tests.factories.people import Person
from videocall.billing.repository.invoice_rows import head_row
from videocall.billing.tables.invoices import invoice_hosts, invoices

DAY = 86_400


async def listed(office: Office, query: str = "", person: Person | None = None) -> list[str]:
    """Ids, page after page by the cursor."""
    found: list[str] = []
    cursor = ""
    while True:
        page = await office.done("GET", f"/invoices?limit=2{query}{cursor}", person)
        found += [item["id"] for item in page["items"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def signed_in_again(office: Office) -> Office:
    """The same people with tokens of today."""

    async def again(person: Person) -> Person:
        tokens = await office.app.container.sessions.login(person.email, "correct horse battery")
        return Person(
            person.id, person.email, person.name, tokens.access_token, tokens.refresh_token
        )

    return Office(
        office.app,
        await again(office.admin),
        await again(office.host),
        await again(office.customer),
    )


async def test_everybody_has_a_list_of_their_own(office: Office) -> None:
    rival, other = await people.host(office.app), await people.person(office.app)
    product = await office.product()
    mine = await office.opened()
    by_admin = await office.opened(office.admin, lines=[{"product_id": product["id"]}, WORK])
    theirs = await office.opened(rival, customer_id=other.id)
    bought = await office.opened(rival, customer_id=office.host.id)
    draft = await office.draft()
    ids = [item["id"] for item in (mine, by_admin, theirs, bought, draft)]
    assert await listed(office, person=office.admin) == ids[::-1]
    assert await listed(office) == [draft["id"], by_admin["id"], mine["id"]]
    assert await listed(office, "&scope=own") == [bought["id"]]
    assert await listed(office, person=office.customer) == [by_admin["id"], mine["id"]]
    assert await listed(office, "&scope=managed", office.admin) == [by_admin["id"]]
    assert await listed(office, person=await people.person(office.app)) == []
    for scope, person in (("all", office.host), ("managed", office.customer), ("all", other)):
        refused = await office.refused("GET", f"/invoices?scope={scope}", person)
        assert refused == (403, "auth.forbidden")
    page = await office.done("GET", "/invoices")
    assert {item["id"]: item["can_manage"] for item in page["items"]} == {
        draft["id"]: True,
        by_admin["id"]: False,
        mine["id"]: True,
    }


async def test_filters(office: Office) -> None:
    other = await people.person(office.app)
    draft, opened = await office.draft(), await office.opened()
    void = await office.opened(customer_id=other.id)
    await office.done("POST", f"/invoices/{void['id']}/void", reason="x")
    for person in (office.host, office.admin):
        assert await listed(office, "&status=draft", person) == [draft["id"]]
        assert await listed(office, "&status=open", person) == [opened["id"]]
        assert await listed(office, f"&customer_id={other.id}", person) == [void["id"]]
        assert await listed(office, "&q=2026-0000", person) == [void["id"], opened["id"]]
        assert await listed(office, "&q=2026-00002", person) == [void["id"]]
        assert await listed(office, "&q=%25", person) == []
        assert await listed(office, "&overdue=true", person) == []
    assert await listed(office, "&status=draft", office.customer) == []


async def test_what_is_overdue_and_what_was_issued_when(office: Office) -> None:
    soon, late = await office.opened(due_days=1), await office.opened(due_days=30)
    office.app.clock.advance(2 * DAY)
    office = await signed_in_again(office)
    later = await office.opened(due_days=0)
    assert await listed(office, "&overdue=true") == [soon["id"]]
    assert await listed(office, "&overdue=false&status=open") == [later["id"], late["id"]]
    seen = await office.done("GET", f"/invoices/{soon['id']}")
    assert (seen["overdue"], seen["status"]) == (True, "open")
    office.app.clock.advance(DAY / 24 / 60)
    assert await listed(office, "&overdue=true") == [soon["id"], later["id"]]
    assert await listed(office, "&from=2026-03-03") == [later["id"]]
    assert await listed(office, "&to=2026-03-02") == [late["id"], soon["id"]]
    assert await listed(office, "&from=2026-03-01&to=2026-03-03&sort=-created_at") == [
        later["id"],
        late["id"],
        soon["id"],
    ]


async def test_orders(office: Office) -> None:
    first, draft = await office.opened(due_days=9), await office.draft(due_days=1)
    second = await office.opened(due_days=3)
    office.app.clock.advance(60)
    await office.done("POST", f"/invoices/{draft['id']}/open")
    never = await office.draft()
    ids = {"first": first["id"], "draft": draft["id"], "second": second["id"], "never": never["id"]}

    async def order(sort: str) -> list[str]:
        names = {value: key for key, value in ids.items()}
        return [names[item] for item in await listed(office, f"&sort={sort}")]

    assert await order("-created_at") == ["never", "second", "draft", "first"]
    assert await order("-issued_at") == ["never", "draft", "second", "first"]
    assert await order("due_at") == ["draft", "second", "first"]


async def test_pages_for_people(office: Office) -> None:
    made = [(await office.draft())["id"] for _ in range(5)]
    page = await office.done("GET", "/invoices?limit=2&page=2")
    assert [item["id"] for item in page["items"]] == made[::-1][2:4]
    assert (page["page"], page["has_more"]) == (2, True)
    last = await office.done("GET", "/invoices?limit=2&page=3")
    assert ([item["id"] for item in last["items"]], last["has_more"]) == ([made[0]], False)
    cursor = page["next_cursor"]
    for query, field in (
        (f"page=2&cursor={cursor}", "page"),
        ("limit=0", "limit"),
        ("sort=total", "sort"),
        ("cursor=x", "cursor"),
        (f"sort=due_at&cursor={cursor}", "cursor"),
        ("status=gone", "status"),
        ("from=yesterday", "from"),
        ("scope=mine", "scope"),
    ):
        answer = await office.call("GET", f"/invoices?{query}")
        assert answer.status_code == 422, query
        assert [item["field"] for item in answer.json()["errors"]] == [field]


async def test_the_copies_for_hosts_are_the_invoice(office: Office) -> None:
    product = await office.product()
    made = await office.opened(office.admin, lines=[{"product_id": product["id"]}, WORK])
    path = f"/invoices/{made['id']}"
    await office.done("POST", f"{path}/credit-notes", office.admin, amount="3.00", reason="x")
    await office.done("POST", f"{path}/uncollectible", office.admin, reason="x")
    async with office.app.container.engine.connect() as connection:
        whole = (await connection.execute(invoices.select())).mappings().one()
        copies = (await connection.execute(invoice_hosts.select())).mappings().all()
    names: list[Any] = [column.name for column in invoice_hosts.c][3:]
    assert {copy["host_id"] for copy in copies} == {office.host.id, office.admin.id}
    for copy in copies:
        assert {name: copy[name] for name in names} == {name: whole[name] for name in names}
    async with office.units.read() as work:
        stored = await work.invoices.get(made["id"])
    assert stored is not None
    assert set(head_row(stored.head)) == {"id", *names}


async def test_a_text_that_no_database_keeps_is_no_fault_of_the_server(office: Office) -> None:
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/invoices?q=%00a", {}),
        ("GET", "/invoices?customer_id=%00", {}),
        ("GET", "/invoices/%00", {}),
        ("POST", "/invoices", {"customer_id": office.customer.id, "lines": [WORK], "notes": "\0"}),
        ("PUT", "/seller", {"name": "\0", "address": ["x"]}),
    ]
    for method, path, body in requests:
        answer = await office.call(method, path, office.admin, **body)
        assert answer.status_code < 500, (path, answer.text)
        if answer.status_code == 400:
            assert answer.json()["code"] == "request.unreadable_text"
