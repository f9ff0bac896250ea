"""Credit notes over HTTP: what they take, who gives and sees them, and their refusals."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.factories import people
from tests.factories.office import WORK, Office


async def credited(office: Office, invoice: dict[str, Any], **body: Any) -> dict[str, Any]:
    given = {"reason": "Too late", **body}
    return await office.done("POST", f"/invoices/{invoice['id']}/credit-notes", **given)


async def test_a_part_and_then_the_rest(office: Office) -> None:
    await office.tax("19")
    opened = await office.opened(lines=[{**WORK, "quantity": 3}, WORK])
    line = opened["lines"][0]
    part = await credited(office, opened, lines=[{"line_id": line["id"], "quantity": 2}])
    assert (part["number"], part["total"], part["subtotal"]) == ("CN-2026-00001", "23.80", "20.00")
    assert part["invoice"] == {"id": opened["id"], "number": opened["number"]}
    assert [(item["quantity"], item["net"], item["tax"]) for item in part["lines"]] == [
        ("2", "20.00", "3.80")
    ]
    assert part["taxes"][0] == {
        "name": "VAT",
        "rate": "19.00",
        "inclusive": False,
        "base": "20.00",
        "amount": "3.80",
    }
    seen = await office.done("GET", f"/invoices/{opened['id']}")
    assert (seen["credited"], seen["due"], seen["status"]) == ("23.80", "23.80", "open")
    by_amount = await credited(office, opened, amount="0.01")
    assert (by_amount["total"], by_amount["lines"][0]["quantity"]) == ("0.01", None)
    rest = await credited(office, opened)
    assert rest["total"] == "23.79"
    seen = await office.done("GET", f"/invoices/{opened['id']}")
    assert (seen["credited"], seen["due"], seen["status"]) == ("47.60", "0.00", "paid")
    assert [item["number"] for item in seen["credit_notes"]] == [
        f"CN-2026-0000{count}" for count in (1, 2, 3)
    ]
    assert await office.refused("POST", f"/invoices/{opened['id']}/credit-notes", reason="x") == (
        409,
        "billing.amount_too_high",
    )


async def test_two_at_once_take_no_more_than_there_is(office: Office) -> None:
    opened = await office.opened()
    path = f"/invoices/{opened['id']}/credit-notes"
    answers = await asyncio.gather(
        *(office.call("POST", path, reason="x", amount="6.00") for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    seen = await office.done("GET", f"/invoices/{opened['id']}")
    assert (seen["credited"], seen["due"]) == ("6.00", "4.00")


async def test_the_same_command_gives_one_note(office: Office) -> None:
    opened = await office.opened()
    path = f"/billing/invoices/{opened['id']}/credit-notes"
    body = {"reason": "x", "amount": "1.00"}
    answers = [
        await office.app.call(
            "POST", path, office.host.token, json=body, headers={"Idempotency-Key": "k"}
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len((await office.done("GET", "/credit-notes"))["items"]) == 1


@pytest.mark.parametrize("status", ["draft", "void"])
async def test_only_what_is_owed_or_paid_is_credited(office: Office, status: str) -> None:
    made = await office.draft() if status == "draft" else await office.opened()
    if status == "void":
        await office.done("POST", f"/invoices/{made['id']}/void", reason="x")
    refused = await office.refused("POST", f"/invoices/{made['id']}/credit-notes", reason="x")
    assert refused == (409, "billing.invoice_transition")


async def test_wrong_credit_notes_are_refused_by_name(office: Office) -> None:
    opened = await office.opened()
    line = opened["lines"][0]["id"]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x", "amount": "0"}, "amount"),
        ({"reason": "x", "amount": "-1"}, "amount"),
        ({"reason": "x", "amount": "1.001"}, "amount"),
        ({"reason": "x", "amount": "NaN"}, "amount"),
        ({"reason": "x", "lines": []}, "lines"),
        ({"reason": "x", "lines": [{"line_id": "no", "quantity": 1}]}, "lines[0].line_id"),
        ({"reason": "x", "lines": [{"line_id": line, "quantity": 2}]}, "lines[0].quantity"),
        ({"reason": "x", "lines": [{"line_id": line, "quantity": "NaN"}]}, "lines[0].quantity"),
        ({"reason": "x", "amount": 1, "lines": [{"line_id": line, "quantity": 1}]}, "amount"),
        ({"reason": "x", "refund": "cash"}, "refund"),
    ]
    for body, field in wrong:
        answer = await office.call("POST", f"/invoices/{opened['id']}/credit-notes", **body)
        assert answer.status_code == 422, body
        assert [item["field"] for item in answer.json()["errors"]] == [field]
    too_much = await office.refused(
        "POST", f"/invoices/{opened['id']}/credit-notes", reason="x", amount="10.01"
    )
    assert too_much == (409, "billing.amount_too_high")
    assert (await office.done("GET", "/credit-notes"))["items"] == []


async def test_who_sees_credit_notes(office: Office) -> None:
    rival, stranger = await people.host(office.app), await people.person(office.app)
    product = await office.product()
    opened = await office.opened(office.admin, lines=[{"product_id": product["id"]}, WORK])
    note = await office.done(
        "POST", f"/invoices/{opened['id']}/credit-notes", office.admin, reason="x"
    )
    hidden = await office.opened(rival, customer_id=stranger.id)
    await office.done("POST", f"/invoices/{hidden['id']}/credit-notes", rival, reason="x")
    for person in (office.host, office.customer):
        page = await office.done("GET", "/credit-notes", person)
        assert [item["id"] for item in page["items"]] == [note["id"]]
        assert (await office.done("GET", f"/credit-notes/{note['id']}", person))["refunds"] == []
        shown = page["items"][0]["customer"]["email"]
        assert shown == (None if person is office.customer else office.customer.email)
    assert len((await office.done("GET", "/credit-notes", office.admin))["items"]) == 2
    one = await office.done("GET", f"/credit-notes?invoice_id={hidden['id']}", office.admin)
    assert len(one["items"]) == 1
    for person in (rival, stranger):
        refused = await office.refused("GET", f"/credit-notes/{note['id']}", person)
        assert refused == (404, "billing.credit_note_not_found")
    shared = await office.refused(
        "POST", f"/invoices/{opened['id']}/credit-notes", office.host, reason="x"
    )
    assert shared == (403, "auth.forbidden")
