"""Invoices over HTTP: drafts, opening, voiding, who may do what, and every refusal."""

from __future__ import annotations

from typing import Any

from tests.factories import people
from tests.factories.office import WORK, Office


async def test_a_draft_is_computed_from_products_discounts_and_taxes(office: Office) -> None:
    vat = await office.tax("19", inclusive=True)
    product = await office.product(name="Cup", price="11.90", kind="goods", stock=5)
    draft = await office.draft(
        customer_id=None,
        customer_email=office.customer.email.upper(),
        notes=" Thank you ",
        due_days=7,
        language="id",
        lines=[
            {"product_id": product["id"], "quantity": 3, "discount": {"percent": 10}},
            {"description": "Work", "unit_price": 33.33, "quantity": "1.5", "tax_ids": []},
        ],
    )
    first, second = draft["lines"]
    assert {key: first[key] for key in ("description", "quantity", "unit_price", "discount")} == {
        "description": "Cup",
        "quantity": "3",
        "unit_price": "11.90",
        "discount": {"percent": "10.00", "amount": None},
    }
    # 35.70 less 3.57 is 32.13 with tax: 27.00 and 5.13.
    assert (first["net"], first["tax"], first["product_id"]) == ("27.00", "5.13", product["id"])
    assert (second["net"], second["tax"], second["quantity"]) == ("50.00", "0.00", "1.5")
    assert first["host_id"] == second["host_id"] == office.host.id
    assert draft["taxes"] == [
        {"name": "VAT", "rate": "19.00", "inclusive": True, "base": "27.00", "amount": "5.13"}
    ]
    assert first["taxes"][0]["tax_id"] == vat["id"]
    assert [draft[key] for key in ("subtotal", "tax_total", "total", "due")] == [
        "77.00",
        "5.13",
        "82.13",
        "82.13",
    ]
    assert (draft["status"], draft["number"], draft["notes"]) == ("draft", None, "Thank you")
    assert (draft["language"], draft["due_days"]) == ("id", 7)
    assert draft["customer"]["email"] == office.customer.email


async def test_a_preview_writes_nothing(office: Office) -> None:
    body: dict[str, Any] = {"customer_id": office.customer.id, "lines": [WORK, WORK]}
    seen = await office.done("POST", "/invoices/preview", **body)
    assert (seen["total"], seen["status"]) == ("20.00", "draft")
    nobody = await office.done("POST", "/invoices/preview", lines=[WORK])
    assert nobody["total"] == "10.00"
    assert (await office.done("GET", "/invoices"))["items"] == []


async def test_opening_gives_a_number_and_a_day_and_only_once(office: Office) -> None:
    draft = await office.draft()
    first = await office.done("POST", f"/invoices/{draft['id']}/open")
    assert (first["status"], first["number"]) == ("open", "2026-00001")
    assert first["issued_at"] == "2026-03-01T09:00:00Z"
    assert first["due_at"] == "2026-03-15T09:00:00Z"
    again = await office.done("POST", f"/invoices/{draft['id']}/open")
    assert again == first
    assert (await office.opened())["number"] == "2026-00002"


async def test_an_invoice_keeps_its_customer_and_seller_as_they_were(office: Office) -> None:
    opened = await office.opened()
    await office.app.call(
        "PATCH", "/users/profile", office.customer.token, json={"name": "Renamed"}
    )
    await office.done("PUT", "/seller", office.admin, name="Other", address=["Elsewhere"])
    seen = await office.done("GET", f"/invoices/{opened['id']}")
    assert seen["customer"]["name"] == "Ana"
    async with office.units.read() as work:
        stored = await work.invoices.get(seen["id"])
        assert stored is not None
        assert stored.head.seller_id is not None
        snapshot = await work.seller.snapshot(stored.head.seller_id)
    assert snapshot is not None
    assert (snapshot.seller.name, snapshot.seller.address[0]) == ("Calls Ltd", "1 Main Street")


async def test_a_draft_names_its_customer_as_they_are_when_it_opens(office: Office) -> None:
    draft = await office.draft()
    renamed = await office.app.call(
        "PATCH", "/users/profile", office.customer.token, json={"name": "Renamed"}
    )
    assert renamed.status_code == 200
    opened = await office.done("POST", f"/invoices/{draft['id']}/open")
    assert opened["customer"]["name"] == "Renamed"


async def test_a_free_invoice_is_paid_when_it_opens(office: Office) -> None:
    opened = await office.opened(lines=[{**WORK, "discount": {"percent": 100}}])
    assert (opened["status"], opened["due"], opened["total"]) == ("paid", "0.00", "0.00")
    assert opened["paid_at"] == opened["issued_at"]


async def test_a_draft_changes_in_part_and_goes_away(office: Office) -> None:
    other = await people.person(office.app)
    draft = await office.draft(notes="one", due_days=3)
    path = f"/invoices/{draft['id']}"
    changed = await office.done("PATCH", path, notes="two")
    assert (changed["notes"], changed["total"], changed["due_days"]) == ("two", "10.00", 3)
    changed = await office.done("PATCH", path, lines=[{**WORK, "quantity": 2}], due_days=None)
    assert (changed["notes"], changed["total"], changed["due_days"]) == ("two", "20.00", None)
    changed = await office.done("PATCH", path, customer_email=other.email)
    assert (changed["customer"]["id"], changed["total"]) == (other.id, "20.00")
    assert changed["created_at"] == draft["created_at"]
    assert (
        await office.app.call("DELETE", f"/billing{path}", office.host.token)
    ).status_code == 204
    assert await office.refused("GET", path) == (404, "billing.invoice_not_found")


async def test_what_has_a_number_is_neither_changed_nor_deleted(office: Office) -> None:
    path = f"/invoices/{(await office.opened())['id']}"
    assert await office.refused("PATCH", path, notes="x") == (409, "billing.invoice_not_draft")
    assert await office.refused("DELETE", path) == (409, "billing.invoice_not_draft")


async def test_voiding_keeps_the_number_and_the_reason(office: Office) -> None:
    path = f"/invoices/{(await office.opened())['id']}"
    void = await office.done("POST", f"{path}/void", reason=" Ordered twice ")
    assert (void["status"], void["number"], void["due"]) == ("void", "2026-00001", "0.00")
    assert (void["reason"], void["voided_at"]) == ("Ordered twice", "2026-03-01T09:00:00Z")
    assert await office.done("POST", f"{path}/void", reason="again") == void
    for move in ("open", "uncollectible"):
        body: dict[str, Any] = {} if move == "open" else {"reason": "x"}
        refused = await office.call("POST", f"{path}/{move}", **body)
        assert refused.status_code == 409
        assert refused.json()["code"] == "billing.invoice_transition"
        assert refused.json()["detail"] == f"It is void and can't become {move}."


async def test_what_nobody_expects_to_be_paid(office: Office) -> None:
    path = f"/invoices/{(await office.opened())['id']}"
    written_off = await office.done("POST", f"{path}/uncollectible", reason="Moved away")
    assert (written_off["status"], written_off["due"]) == ("uncollectible", "10.00")
    seen = await office.done("GET", path, office.customer)
    assert seen["can_pay"] is True
    refused = await office.refused("POST", f"{path}/void", reason="x")
    assert refused == (409, "billing.invoice_transition")


async def test_without_a_seller_there_is_no_invoice(office: Office) -> None:
    await office.done("PUT", "/seller", office.admin, name="Calls Ltd")
    draft = await office.draft()
    refused = await office.refused("POST", f"/invoices/{draft['id']}/open")
    assert refused == (409, "billing.seller_incomplete")
    await office.done("PUT", "/seller", office.admin, name="Calls Ltd", address=["Here"])
    assert (await office.done("POST", f"/invoices/{draft['id']}/open"))["number"] == "2026-00001"


async def test_goods_are_taken_when_it_opens_and_return_when_it_is_void(office: Office) -> None:
    product = await office.product(kind="goods", stock=5)
    opened = await office.opened(lines=[{"product_id": product["id"], "quantity": 3}])

    async def available() -> int:
        path = f"/products/{product['id']}/stock"
        seen = await office.app.call("GET", path, office.host.token)
        return int(seen.json()["available"])

    assert await available() == 2
    too_many = await office.draft(lines=[{"product_id": product["id"], "quantity": 3}])
    refused = await office.refused("POST", f"/invoices/{too_many['id']}/open")
    assert refused == (409, "products.out_of_stock")
    await office.done("POST", f"/invoices/{opened['id']}/void", reason="Sent back")
    assert await available() == 5


async def test_who_sees_what(office: Office) -> None:
    stranger, rival = await people.person(office.app), await people.host(office.app)
    draft, opened = await office.draft(), await office.opened()
    for person in (office.host, office.admin):
        for item in (draft, opened):
            seen = await office.done("GET", f"/invoices/{item['id']}", person)
            assert (seen["can_manage"], seen["customer"]["email"]) == (True, office.customer.email)
    mine = await office.done("GET", f"/invoices/{opened['id']}", office.customer)
    assert (mine["can_manage"], mine["can_pay"], mine["customer"]["email"]) == (False, True, None)
    for person, item in (
        (office.customer, draft),
        (stranger, opened),
        (rival, opened),
        (stranger, {"id": "none"}),
    ):
        for method, path, body in (
            ("GET", "", {}),
            ("PATCH", "", {"notes": "x"}),
            ("DELETE", "", {}),
            ("POST", "/open", {}),
            ("POST", "/void", {"reason": "x"}),
            ("POST", "/uncollectible", {"reason": "x"}),
            ("POST", "/send", {}),
            ("POST", "/remind", {}),
            ("POST", "/credit-notes", {"reason": "x"}),
        ):
            refused = await office.refused(method, f"/invoices/{item['id']}{path}", person, **body)
            assert refused == (404, "billing.invoice_not_found"), (method, path)
    for path, body in (
        ("/void", {"reason": "x"}),
        ("/send", {}),
        ("/credit-notes", {"reason": "x"}),
    ):
        answer = await office.refused(
            "POST", f"/invoices/{opened['id']}{path}", office.customer, **body
        )
        assert answer == (403, "auth.forbidden")


async def test_a_host_with_some_of_the_lines_sees_but_does_not_manage(office: Office) -> None:
    rival = await people.host(office.app)
    product = await office.product()
    opened = await office.opened(office.admin, lines=[{"product_id": product["id"]}, WORK])
    path = f"/invoices/{opened['id']}"
    assert (await office.done("GET", path))["can_manage"] is False
    assert await office.refused("POST", f"{path}/void", reason="x") == (403, "auth.forbidden")
    assert await office.refused("GET", path, rival) == (404, "billing.invoice_not_found")
    alone = await office.opened(office.admin, lines=[{"product_id": product["id"]}])
    assert (await office.done("GET", f"/invoices/{alone['id']}"))["can_manage"] is True


async def test_customers_write_no_invoices(office: Office) -> None:
    body = {"customer_id": office.customer.id, "lines": [WORK]}
    for path in ("/invoices", "/invoices/preview"):
        assert await office.refused("POST", path, office.customer, **body) == (
            403,
            "auth.forbidden",
        )
    anonymous = await office.app.call("GET", "/billing/invoices")
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "auth.required")


ONE = "a" * 36


WRONG_DRAFTS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({"lines": []}, {("lines", "too_short")}),
    ({"lines": [WORK] * 201}, {("lines", "too_long")}),
    ({"customer_id": None}, {("customer_id", "missing")}),
    ({"customer_id": ONE}, {("customer_id", "unknown")}),
    ({"customer_email": "x@y.zz"}, {("customer_id", "missing")}),
    (
        {"customer_id": None, "customer_email": "no@example.com"},
        {("customer_email", "unknown")},
    ),
    ({"currency": "ZZZ"}, {("currency", "choice")}),
    ({"due_days": 366}, {("due_days", "out_of_range")}),
    ({"language": "de"}, {("language", "choice")}),
    ({"lines": [{"unit_price": "1"}]}, {("lines[0].description", "missing")}),
    ({"lines": [{"description": "x"}]}, {("lines[0].unit_price", "missing")}),
    ({"lines": [WORK, {**WORK, "product_id": ONE}]}, {("lines[1].product_id", "choice")}),
    ({"lines": [{**WORK, "tax_ids": [ONE]}]}, {("lines[0].tax_ids", "choice")}),
    ({"lines": [{**WORK, "quantity": 0}]}, {("lines[0].quantity", "out_of_range")}),
    ({"lines": [{**WORK, "quantity": "0.0001"}]}, {("lines[0].quantity", "too_precise")}),
    ({"lines": [{**WORK, "quantity": "NaN"}]}, {("lines[0].quantity", "out_of_range")}),
    ({"lines": [{**WORK, "quantity": 1e7}]}, {("lines[0].quantity", "out_of_range")}),
    ({"lines": [{**WORK, "unit_price": "1.001"}]}, {("lines[0].unit_price", "format")}),
    ({"lines": [{**WORK, "unit_price": "-1"}]}, {("lines[0].unit_price", "out_of_range")}),
    ({"lines": [{**WORK, "unit_price": "Infinity"}]}, {("lines[0].unit_price", "format")}),
    (
        {"lines": [{**WORK, "unit_price": "9999999999999", "quantity": 1000}]},
        {("lines[0].unit_price", "out_of_range")},
    ),
    (
        {"lines": [{**WORK, "unit_price": "9999999999999"}] * 3},
        {("lines", "out_of_range")},
    ),
    (
        {"lines": [{**WORK, "discount": {"amount": "10.01"}}]},
        {("lines[0].discount.amount", "out_of_range")},
    ),
    (
        {"lines": [{**WORK, "discount": {"percent": 101}}]},
        {("lines[0].discount.percent", "out_of_range")},
    ),
    (
        {"lines": [{**WORK, "discount": {"percent": 1, "amount": 1}}]},
        {("lines[0].discount", "conflict")},
    ),
    (
        {"lines": [{"description": "x" * 500, "unit_price": "x"}]},
        {("lines[0].unit_price", "type")},
    ),
]


async def test_a_wrong_draft_is_refused_by_name(office: Office) -> None:
    for body, wrong in WRONG_DRAFTS:
        given = {"customer_id": office.customer.id, "lines": [WORK], **body}
        answer = await office.call("POST", "/invoices", **given)
        assert answer.status_code == 422, answer.text
        assert {(item["field"], item["code"]) for item in answer.json()["errors"]} == wrong
    assert (await office.done("GET", "/invoices"))["items"] == []


async def test_lines_of_products_are_checked(office: Office) -> None:
    rival = await people.host(office.app)
    cup = await office.product(kind="goods", stock=5)
    yen = await office.product(price="500", currency="JPY")
    gone = await office.product()
    archived = await office.app.call(
        "PATCH", f"/products/{gone['id']}", office.host.token, json={"status": "archived"}
    )
    assert archived.status_code == 200
    lines = [
        {"product_id": cup["id"], "quantity": "0.5"},
        {"product_id": yen["id"]},
        {"product_id": gone["id"]},
    ]
    answer = await office.call("POST", "/invoices", customer_id=office.customer.id, lines=lines)
    assert [item["field"] for item in answer.json()["errors"]] == [
        "lines[0].quantity",
        "lines[1].unit_price",
        "lines[2].product_id",
    ]
    foreign = await office.call(
        "POST",
        "/invoices",
        rival,
        customer_id=office.customer.id,
        lines=[{"product_id": cup["id"]}],
    )
    assert foreign.json()["errors"][0]["field"] == "lines[0].product_id"
    in_yen = await office.draft(currency="JPY", lines=[{"product_id": yen["id"], "quantity": 2}])
    assert (in_yen["total"], in_yen["currency"]) == ("1000", "JPY")


async def test_the_same_command_writes_one_draft(office: Office) -> None:
    body = {"customer_id": office.customer.id, "lines": [WORK]}
    headers = {"Idempotency-Key": "one"}
    answers = [
        await office.app.call(
            "POST", "/billing/invoices", office.host.token, json=body, headers=headers
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len((await office.done("GET", "/invoices"))["items"]) == 1
