"""The list of products: words, filters, orders, pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import people
from tests.factories.application import Application
from tests.integration.products.test_catalogue import offered


async def names(app: Application, query: str, token: str | None = None) -> list[str]:
    answer = await app.call("GET", f"/products?{query}", token)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def category(app: Application, token: str, name: str, parent: str | None = None) -> str:
    body = {"name": name, "parent_id": parent}
    answer = await app.call("POST", "/products/categories", token, json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def test_words_and_their_beginnings_find_products(app: Application) -> None:
    host = await people.host(app)
    await offered(app, host, name="Piano lesson", description="For beginners, at the café")
    await offered(app, host, name="Guitar lesson", sku="git-77")
    await offered(app, host, name="École de piano")
    assert await names(app, "q=lesson") == ["Guitar lesson", "Piano lesson"]
    assert await names(app, "q=PIAno") == ["École de piano", "Piano lesson"]
    assert await names(app, "q=lesson pia") == ["Piano lesson"]
    assert await names(app, "q=ecole") == ["École de piano"]
    assert await names(app, "q=Éco") == ["École de piano"]
    assert await names(app, "q=cafe") == ["Piano lesson"]
    assert await names(app, "q=git-77") == ["Guitar lesson"]
    assert await names(app, "q=lesson drums") == []
    assert await names(app, "q=%3F!") == []
    assert await names(app, "q=+") != []
    assert await names(app, "q=pia%00no") == []


async def test_a_changed_product_is_found_by_its_new_words(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host, name="Piano lesson", sku="L-1")
    path = f"/products/{product['id']}"
    await app.call("PATCH", path, host.token, json={"name": "Drum lesson", "price": 5})
    assert await names(app, "q=piano") == []
    assert await names(app, "q=drum&sort=price") == ["Drum lesson"]
    await app.call("PATCH", path, host.token, json={"status": "archived"})
    assert await names(app, "q=drum") == []
    assert await names(app, "q=drum&status=archived", host.token) == ["Drum lesson"]
    await app.call("PATCH", path, host.token, json={"status": "active"})
    assert await names(app, "q=drum") == ["Drum lesson"]


async def test_a_category_has_what_is_below_it(app: Application) -> None:
    host = await people.host(app)
    music = await category(app, host.token, "Music")
    strings = await category(app, host.token, "Strings", music)
    sport = await category(app, host.token, "Sport")
    await offered(app, host, name="Theory", category_id=music)
    await offered(app, host, name="Violin", category_id=strings)
    await offered(app, host, name="Yoga", category_id=sport)
    assert await names(app, f"category={music}") == ["Violin", "Theory"]
    assert await names(app, f"category={strings}") == ["Violin"]
    assert await names(app, f"category={music}&q=vio") == ["Violin"]
    moved = await app.call(
        "PATCH", f"/products/categories/{strings}", host.token, json={"parent_id": sport}
    )
    assert moved.status_code == 200
    assert await names(app, f"category={music}") == ["Theory"]
    assert await names(app, f"category={sport}") == ["Yoga", "Violin"]
    assert await names(app, "category=none") == []


async def test_filters(app: Application) -> None:
    ana, ben = await people.host(app), await people.host(app)
    await offered(app, ana, name="Mat", kind="goods", price=20, stock=1)
    await offered(app, ana, name="Sold out", kind="goods", price=30, stock=0)
    await offered(app, ben, name="Hour", price=50)
    await offered(app, ben, name="Jam", price=7000, currency="IDR")
    assert await names(app, "kind=goods") == ["Sold out", "Mat"]
    assert await names(app, f"host={ben.id}") == ["Jam", "Hour"]
    assert await names(app, "host=me", ana.token) == ["Sold out", "Mat"]
    assert await names(app, "currency=IDR") == ["Jam"]
    assert await names(app, "in_stock=true") == ["Jam", "Hour", "Mat"]
    assert await names(app, "min_price=20.01&max_price=50") == ["Hour", "Sold out"]
    assert await names(app, "min_price=100") == []
    assert await names(app, "min_price=100&currency=IDR") == ["Jam"]
    assert await names(app, f"kind=goods&host={ana.id}&max_price=20&in_stock=true") == ["Mat"]
    assert await names(app, "q=mat&kind=goods&sort=-price") == ["Mat"]


@pytest.mark.parametrize("limit", [2, 3])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["E", "D", "C", "B", "A"]),
        ("created_at", ["A", "B", "C", "D", "E"]),
        ("name", ["A", "B", "C", "D", "E"]),
        ("-name", ["E", "D", "C", "B", "A"]),
        ("price", ["A", "C", "E", "B", "D"]),
        ("-price", ["D", "B", "E", "C", "A"]),
    ],
)
@pytest.mark.parametrize("words", ["", "lesson"])
async def test_pages_follow_each_other_in_every_order(
    app: Application, sort: str, expected: list[str], limit: int, words: str
) -> None:
    host = await people.host(app)
    for name, price in (("A", 1), ("B", 2), ("C", 1), ("D", 2), ("E", 1)):
        await offered(app, host, name=name, price=price, description="A lesson")
    query = f"limit={limit}&q={words}" + (f"&sort={sort}" if sort else "")
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        after = f"&cursor={cursor}" if cursor else ""
        page: dict[str, Any] = (await app.call("GET", f"/products?{query}{after}")).json()
        found += [item["name"] for item in page["items"]]
        assert (page["page"], page["has_more"]) == (None, page["next_cursor"] is not None)
        cursor = page["next_cursor"]
    assert found == expected
    second = (await app.call("GET", f"/products?{query}&page=2")).json()
    assert [item["name"] for item in second["items"]] == expected[limit : 2 * limit]
    assert second["page"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("page=0", "page"),
        ("page=101", "page"),
        ("page=1&cursor=W10", "page"),
        ("cursor=W10", "cursor"),
        ("sort=colour", "sort"),
        ("kind=plan", "kind"),
        ("currency=ABC", "currency"),
        ("min_price=-1", "min_price"),
        ("max_price=NaN", "max_price"),
        ("max_price=ten", "max_price"),
        ("min_price=0.001", "min_price"),
        (f"q={'x' * 201}", "q"),
        (f"host={'x' * 37}", "host"),
    ],
)
async def test_a_wrong_query_names_its_field(app: Application, query: str, field: str) -> None:
    answer = await app.call("GET", f"/products?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "validation.failed")
    assert field in {item["field"] for item in answer.json()["errors"]}


async def test_a_cursor_of_another_order_is_refused(app: Application) -> None:
    host = await people.host(app)
    for _ in range(2):
        await offered(app, host)
    cursor = (await app.call("GET", "/products?limit=1&sort=price")).json()["next_cursor"]
    refused = await app.call("GET", f"/products?sort=name&cursor={cursor}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


async def test_the_list_of_ones_own_needs_a_person(app: Application) -> None:
    assert (await app.call("GET", "/products?host=me")).status_code == 401
