"""The seller's details, logo and taxes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.factories.office import SELLER, WORK, Office
from tests.factories.people import Person

PNG = b"\x89PNG\r\n\x1a\nrest of it"
DEFAULTS = {
    "tax_number": "",
    "registration_number": "",
    "email": "",
    "phone": "",
    "website": "",
    "bank_details": "",
    "footer": "",
    "language": "en",
    "payment_terms_days": 14,
    "reminder_days": [3, 10],
    "invoice_format": "{year}-{number:05d}",
    "credit_note_format": "CN-{year}-{number:05d}",
    "time_zone": "UTC",
    "currency": "USD",
    "has_logo": False,
}


async def logo(
    office: Office, method: str, person: Person, content: bytes = b"", kind: str = "image/png"
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": kind}
    return await office.app.client.request(
        method, "/api/v1/billing/seller/logo", content=content, headers=headers
    )


async def test_the_seller_is_replaced_as_a_whole(office: Office) -> None:
    seen = await office.done("GET", "/seller", office.customer)
    assert seen == {**SELLER, **DEFAULTS, "complete": True}
    full = {
        **SELLER,
        "tax_number": "DE 1",
        "email": "shop@example.com",
        "bank_details": "IBAN 1",
        "language": "id",
        "payment_terms_days": 7,
        "reminder_days": [1, 2, 30],
        "invoice_format": "R{number:04d}/{year}",
        "time_zone": "Asia/Jakarta",
    }
    changed = await office.done("PUT", "/seller", office.admin, **full)
    assert changed == {**DEFAULTS, **full, "complete": True}
    opened = await office.opened()
    assert (opened["number"], opened["due_at"][:10]) == ("R0001/2026", "2026-03-08")
    emptied = await office.done("PUT", "/seller", office.admin, name="Calls Ltd")
    assert emptied == {**DEFAULTS, "name": "Calls Ltd", "address": [], "complete": False}


async def test_only_administrators_write(office: Office) -> None:
    for person in (office.host, office.customer):
        for method, path, body in (
            ("PUT", "/seller", dict(SELLER)),
            ("DELETE", "/seller/logo", {}),
            ("POST", "/taxes", {"name": "x", "rate": 1}),
            ("PATCH", "/taxes/none", {"name": "x"}),
            ("DELETE", "/taxes/none", {}),
        ):
            refused = await office.refused(method, path, person, **body)
            assert refused == (403, "auth.forbidden"), path
        assert (await logo(office, "PUT", person, PNG)).status_code == 403
    assert await office.refused("GET", "/taxes", office.customer) == (403, "auth.forbidden")


async def test_wrong_details_are_named(office: Office) -> None:
    wrong: dict[str, Any] = {
        "name": "x" * 121,
        "address": ["x"] * 9,
        "payment_terms_days": 366,
        "reminder_days": [1, -1],
        "currency": "EUR",
    }
    answer = await office.call("PUT", "/seller", office.admin, **wrong)
    assert answer.status_code == 422
    fields = {item["field"] for item in answer.json()["errors"]}
    assert fields == {"name", "address", "payment_terms_days", "reminder_days[1]", "currency"}
    answer = await office.call("PUT", "/seller", office.admin, invoice_format="{number}", email="x")
    assert {item["field"] for item in answer.json()["errors"]} == {"invoice_format", "email"}
    assert (await office.done("GET", "/seller"))["name"] == SELLER["name"]


async def test_a_logo_comes_and_goes_and_documents_keep_it(office: Office) -> None:
    assert (await logo(office, "GET", office.host)).json()["code"] == "billing.logo_not_found"
    assert (await logo(office, "PUT", office.admin, PNG)).status_code == 204
    seen = await logo(office, "GET", office.customer)
    assert (seen.content, seen.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in seen.headers["content-security-policy"]
    opened = await office.opened()
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    assert (await logo(office, "PUT", office.admin, svg, "image/svg+xml")).status_code == 204
    assert (await office.done("GET", "/seller"))["has_logo"] is True
    assert (await logo(office, "DELETE", office.admin)).status_code == 204
    assert (await logo(office, "DELETE", office.admin)).status_code == 204
    assert (await office.done("GET", "/seller"))["has_logo"] is False
    async with office.units.read() as work:
        invoice = await work.invoices.get(opened["id"])
        assert invoice is not None
        assert invoice.head.seller_id is not None
        snapshot = await work.seller.snapshot(invoice.head.seller_id)
        assert snapshot is not None
        assert snapshot.logo_id is not None
        kept = await work.seller.logo(snapshot.logo_id)
    assert kept is not None
    assert kept.content == PNG
    for content, kind in ((b"GIF89a", "image/gif"), (b"x", "image/png"), (b"", "image/png")):
        assert (await logo(office, "PUT", office.admin, content, kind)).status_code == 422


async def test_a_tax_changes_for_lines_to_come(office: Office) -> None:
    tax = await office.tax("19", tax_classes=["standard", "reduced"])
    assert (tax["rate"], tax["tax_classes"]) == ("19.00", ["reduced", "standard"])
    before = await office.opened()
    path = f"/taxes/{tax['id']}"
    changed = await office.done("PATCH", path, office.admin, rate="20.125", name=" IVA ")
    assert changed == {**tax, "rate": "20.125", "name": "IVA"}
    after = await office.draft()
    assert (before["tax_total"], after["tax_total"]) == ("1.90", "2.01")
    assert (await office.call("DELETE", path, office.admin)).status_code == 204
    assert (await office.call("DELETE", path, office.admin)).status_code == 204
    assert (await office.done("GET", "/taxes"))["items"] == []
    assert (await office.draft())["tax_total"] == "0.00"
    named = await office.call(
        "POST",
        "/invoices",
        customer_id=office.customer.id,
        lines=[{**WORK, "tax_ids": [tax["id"]]}],
    )
    assert named.json()["errors"][0]["field"] == "lines[0].tax_ids"
    seen = await office.done("GET", f"/invoices/{before['id']}")
    assert (seen["taxes"][0]["name"], seen["taxes"][0]["rate"]) == ("VAT", "19.00")
    for method, body in (("PATCH", {"name": "x"}),):
        refused = await office.refused(method, path, office.admin, **body)
        assert refused == (404, "billing.tax_not_found")
    assert await office.refused("DELETE", "/taxes/none", office.admin) == (
        404,
        "billing.tax_not_found",
    )


async def test_products_get_the_taxes_of_their_class(office: Office) -> None:
    await office.tax("19")
    await office.tax("7", name="Food", tax_classes=["reduced"])
    await office.tax("1", name="City", tax_classes=["standard", "reduced"])
    names = {}
    for tax_class in ("standard", "reduced", "zero", "exempt"):
        product = await office.product(name=tax_class, tax_class=tax_class)
        draft = await office.draft(lines=[{"product_id": product["id"]}])
        names[tax_class] = [item["name"] for item in draft["lines"][0]["taxes"]]
    assert names == {
        "standard": ["City", "VAT"],
        "reduced": ["City", "Food"],
        "zero": [],
        "exempt": [],
    }


async def test_wrong_taxes_are_named(office: Office) -> None:
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"name", "rate"}),
        ({"name": " ", "rate": 1}, {"name"}),
        ({"name": "x", "rate": 101}, {"rate"}),
        ({"name": "x", "rate": "-1"}, {"rate"}),
        ({"name": "x", "rate": "1.00001"}, {"rate"}),
        ({"name": "x", "rate": "NaN"}, {"rate"}),
        ({"name": "x", "rate": 1, "tax_classes": ["odd"]}, {"tax_classes[0]"}),
    ]
    for body, fields in wrong:
        answer = await office.app.call("POST", "/billing/taxes", office.admin.token, json=body)
        assert answer.status_code == 422, body
        assert {item["field"] for item in answer.json()["errors"]} == fields
