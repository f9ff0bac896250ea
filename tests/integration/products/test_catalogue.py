"""Products over HTTP: making, changing, removing, and who may do it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from tests.factories import people
from tests.factories.application import Application
from tests.factories.people import Person


async def offered(app: Application, host: Person, **body: object) -> dict[str, Any]:
    given = {"name": "Product Name", "price": 99.99, **body}
    answer = await app.call("POST", "/products", host.token, json=given)
    assert answer.status_code == 201, answer.text
    product: dict[str, Any] = answer.json()
    return product


async def test_a_name_and_a_price_make_a_product(app: Application) -> None:
    host = await people.host(app, "Ana")
    answer = await app.call(
        "POST", "/products", host.token, json={"name": "Product Name", "price": 99.99}
    )
    assert answer.status_code == 201
    product = answer.json()
    assert answer.headers["location"] == f"/api/v1/products/{product['id']}"
    assert product.pop("id")
    assert product.pop("sku").startswith("PRODUCT-NAME-")
    assert product == {
        "name": "Product Name",
        "description": "",
        "kind": "session",
        "price": "99.99",
        "currency": "USD",
        "category": None,
        "tax_class": "standard",
        "minutes": None,
        "stock": {"limited": False, "available": None},
        "status": "active",
        "host": {"id": host.id, "name": "Ana"},
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "version": 1,
    }


async def test_everything_can_be_said(app: Application) -> None:
    host = await people.host(app)
    music = (
        await app.call("POST", "/products/categories", host.token, json={"name": "Music"})
    ).json()
    product = await offered(
        app,
        host,
        name=" Ten hours ",
        price="1500000",
        currency="IDR",
        description="Prepaid.\nAny teacher.",
        kind="minutes",
        minutes=600,
        sku=" hours-10 ",
        category_id=music["id"],
        tax_class="reduced",
        stock=5,
    )
    assert product["name"] == "Ten hours"
    assert (product["price"], product["currency"]) == ("1500000.00", "IDR")
    assert (product["kind"], product["minutes"], product["sku"]) == ("minutes", 600, "HOURS-10")
    assert product["category"] == {"id": music["id"], "name": "Music"}
    assert product["stock"] == {"limited": True, "available": 5}
    read = await app.call("GET", f"/products/{product['id']}")
    assert read.json() == product


async def test_one_statement_writes_a_product(app: Application) -> None:
    host = await people.host(app)
    written: list[str] = []

    def watch(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if " products " in statement.lower():
            written.append(statement)

    event.listen(app.container.engine.sync_engine, "before_cursor_execute", watch)
    await offered(app, host, stock=3)
    assert len(written) == 1
    assert written[0].startswith("INSERT INTO products ")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {("name", "missing"), ("price", "missing")}),
        ({"name": " ", "price": -1}, {("name", "too_short"), ("price", "out_of_range")}),
        ({"name": "x" * 121, "price": "NaN"}, {("name", "too_long"), ("price", "format")}),
        ({"name": "a\tb", "price": "Infinity"}, {("name", "format"), ("price", "format")}),
        ({"name": "x", "price": 1.001}, {("price", "too_precise")}),
        ({"name": "x", "price": "0.5", "currency": "JPY"}, {("price", "too_precise")}),
        ({"name": "x", "price": "ten"}, {("price", "type")}),
        ({"name": "x", "price": True}, {("price", "type")}),
        ({"name": "x", "price": 1, "currency": "ABC"}, {("currency", "choice")}),
        ({"name": "x", "price": 1, "sku": "a b"}, {("sku", "format")}),
        ({"name": "x", "price": 1, "kind": "plan"}, {("kind", "choice")}),
        ({"name": "x", "price": 1, "kind": "minutes"}, {("minutes", "missing")}),
        ({"name": "x", "price": 1, "minutes": 5}, {("minutes", "conflict")}),
        ({"name": "x", "price": 1, "stock": -1}, {("stock", "out_of_range")}),
        ({"name": "x", "price": 1, "stock": 1.5}, {("stock", "type")}),
        ({"name": "x", "price": 1, "description": "\0"}, {("description", "format")}),
        ({"name": "x", "price": 1, "category_id": "none"}, {("category_id", "not_found")}),
        ({"name": "x", "price": 1, "colour": "red"}, {("colour", "unknown")}),
    ],
)
async def test_a_wrong_product_is_refused(
    app: Application, body: object, fields: set[tuple[str, str]]
) -> None:
    host = await people.host(app)
    answer = await app.call("POST", "/products", host.token, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation.failed")
    assert {(item["field"], item["code"]) for item in answer.json()["errors"]} == fields


async def test_only_hosts_offer_something(app: Application) -> None:
    customer = await people.person(app)
    body = {"name": "x", "price": 1}
    refused = await app.call("POST", "/products", customer.token, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
    nobody = await app.call("POST", "/products", json=body)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "auth.required")


async def test_a_sku_is_used_once(app: Application) -> None:
    host = await people.host(app)
    await offered(app, host, sku="mat-1")
    again = await app.call(
        "POST", "/products", host.token, json={"name": "x", "price": 1, "sku": "MAT-1"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "products.sku_taken")
    other = await offered(app, host)
    changed = await app.call("PATCH", f"/products/{other['id']}", host.token, json={"sku": "Mat-1"})
    assert (changed.status_code, changed.json()["code"]) == (409, "products.sku_taken")


async def test_a_product_changes_in_part(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host, stock=3, kind="goods")
    path = f"/products/{product['id']}"
    app.clock.advance(60)
    answer = await app.call("PATCH", path, host.token, json={"price": "12.5", "stock": 4})
    assert answer.status_code == 200
    assert answer.json() == {
        **product,
        "price": "12.50",
        "stock": {"limited": True, "available": 4},
        "updated_at": "2026-03-01T09:01:00Z",
        "version": 2,
    }
    same = await app.call("PATCH", path, host.token, json={"price": 12.5})
    assert same.json()["version"] == 2
    unlimited = await app.call("PATCH", path, host.token, json={"stock": None})
    assert unlimited.json()["stock"] == {"limited": False, "available": None}
    wrong = await app.call("PATCH", path, host.token, json={"kind": "minutes", "price": "x"})
    assert {item["field"] for item in wrong.json()["errors"]} == {"price"}
    wrong = await app.call("PATCH", path, host.token, json={"currency": "JPY"})
    assert {item["field"] for item in wrong.json()["errors"]} == {"price"}


async def test_a_change_from_an_old_version_is_refused(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}"
    etag = (await app.call("GET", path)).headers["etag"]
    first = await app.call(
        "PATCH", path, host.token, json={"name": "A"}, headers={"If-Match": etag}
    )
    assert first.status_code == 200
    second = await app.call(
        "PATCH", path, host.token, json={"name": "B"}, headers={"If-Match": etag}
    )
    assert (second.status_code, second.json()["code"]) == (412, "products.changed")
    third = await app.call(
        "PATCH", path, host.token, json={"name": "B"}, headers={"If-Match": first.headers["etag"]}
    )
    assert third.json()["name"] == "B"
    odd = await app.call("PATCH", path, host.token, json={"name": "C"}, headers={"If-Match": "x"})
    assert odd.status_code == 412


async def test_others_change_nothing(app: Application) -> None:
    host, other, admin = await people.host(app), await people.host(app), await people.admin(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}"
    for method, place in (("PATCH", path), ("DELETE", path), ("GET", f"{path}/stock")):
        refused = await app.call(method, place, other.token, json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
        missing = await app.call(method, place.replace(product["id"], "none"), host.token, json={})
        assert (missing.status_code, missing.json()["code"]) == (404, "products.not_found")
    renamed = await app.call("PATCH", path, admin.token, json={"name": "Better"})
    assert (renamed.status_code, renamed.json()["host"]["id"]) == (200, host.id)


async def test_the_archive_is_for_its_host_and_administrators(app: Application) -> None:
    host, other, admin = await people.host(app), await people.host(app), await people.admin(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}"
    await app.call("PATCH", path, host.token, json={"status": "archived"})
    for person in (host, admin):
        found = await app.call("GET", path, person.token)
        assert (found.status_code, found.json()["status"]) == (200, "archived")
        assert found.headers["cache-control"] == "private, no-store"
        listed = await app.call("GET", "/products?status=archived", person.token)
        assert [item["id"] for item in listed.json()["items"]] == [product["id"]]
    for token in (other.token, None):
        hidden = await app.call("GET", path, token)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "products.not_found")
    listed = await app.call("GET", "/products?status=archived", other.token)
    assert listed.json()["items"] == []
    foreign = await app.call("GET", f"/products?status=archived&host={host.id}", other.token)
    assert foreign.status_code == 403
    assert (await app.call("GET", "/products?status=archived")).status_code == 401
    assert (await app.call("GET", "/products")).json()["items"] == []
    changed = await app.call("PATCH", path, other.token, json={})
    assert changed.status_code == 404
    again = await app.call("PATCH", path, host.token, json={"status": "active"})
    assert again.json()["status"] == "active"


async def test_what_was_never_sold_is_deleted(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host, name="Soon gone", stock=2)
    path = f"/products/{product['id']}"
    gone = await app.call("DELETE", path, host.token)
    assert (gone.status_code, gone.json()) == (200, {"outcome": "deleted"})
    assert (await app.call("GET", path)).status_code == 404
    assert (await app.call("GET", "/products?q=soon")).json()["items"] == []
