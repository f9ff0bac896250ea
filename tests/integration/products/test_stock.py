"""Stock over HTTP: levels, movements, and who may see them."""

from __future__ import annotations

import pytest

from tests.factories import people
from tests.factories.application import Application
from tests.integration.products.test_catalogue import offered


async def test_pieces_come_and_go_and_are_written_down(app: Application) -> None:
    host = await people.host(app, "Ana")
    product = await offered(app, host, kind="goods", stock=10)
    path = f"/products/{product['id']}/stock"
    moved = await app.call(
        "POST",
        f"{path}/movements",
        host.token,
        json={"quantity": -3, "reason": "damaged", "note": " fell "},
    )
    assert moved.status_code == 201
    assert moved.json().pop("id")
    level = (await app.call("GET", path, host.token)).json()
    assert level == {"limited": True, "on_hand": 7, "reserved": 0, "available": 7}
    found = (await app.call("GET", f"{path}/movements", host.token)).json()
    assert found["has_more"] is False
    shown = [{name: item[name] for name in item if name != "id"} for item in found["items"]]
    made = {"actor": {"id": host.id, "name": "Ana"}, "created_at": "2026-03-01T09:00:00Z"}
    assert shown == [
        {"quantity": -3, "reason": "damaged", "note": "fell", "balance": 7, "reference": None}
        | made,
        {"quantity": 10, "reason": "received", "note": "", "balance": 10, "reference": None} | made,
    ]
    page = (await app.call("GET", f"{path}/movements?limit=1", host.token)).json()
    after = f"{path}/movements?limit=1&cursor={page['next_cursor']}"
    assert (await app.call("GET", after, host.token)).json()["items"] == found["items"][1:]


async def test_stock_never_goes_below_zero(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host, stock=2)
    body = {"quantity": -3, "reason": "corrected"}
    path = f"/products/{product['id']}/stock/movements"
    refused = await app.call("POST", path, host.token, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "products.stock_below_zero")
    assert refused.json()["errors"][0]["field"] == "quantity"


async def test_stock_without_limit_has_no_movements(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}/stock"
    level = (await app.call("GET", path, host.token)).json()
    assert level == {"limited": False, "on_hand": None, "reserved": 0, "available": None}
    body = {"quantity": 1, "reason": "received"}
    refused = await app.call("POST", f"{path}/movements", host.token, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "products.stock_unlimited")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quantity": 0, "reason": "received"}, "quantity"),
        ({"quantity": 10**10, "reason": "received"}, "quantity"),
        ({"quantity": 10**9, "reason": "received"}, "quantity"),
        ({"quantity": 1, "reason": "sold"}, "reason"),
        ({"quantity": 1, "reason": "received", "note": "x" * 201}, "note"),
        ({"quantity": 1, "reason": "received", "note": "a\nb"}, "note"),
        ({"quantity": 1.5, "reason": "received"}, "quantity"),
    ],
)
async def test_a_wrong_movement_is_refused(app: Application, body: object, field: str) -> None:
    host = await people.host(app)
    product = await offered(app, host, stock=2)
    path = f"/products/{product['id']}/stock/movements"
    refused = await app.call("POST", path, host.token, json=body)
    assert refused.status_code == 422
    assert {item["field"] for item in refused.json()["errors"]} == {field}


async def test_stock_is_for_those_who_own_it(app: Application) -> None:
    host, customer = await people.host(app), await people.person(app)
    product = await offered(app, host, stock=2)
    path = f"/products/{product['id']}/stock"
    for place in (path, f"{path}/movements"):
        refused = await app.call("GET", place, customer.token)
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
        assert (await app.call("GET", place)).status_code == 401
        missing = await app.call("GET", place.replace(product["id"], "none"), host.token)
        assert (missing.status_code, missing.json()["code"]) == (404, "products.not_found")
