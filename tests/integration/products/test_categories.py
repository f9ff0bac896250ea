"""The tree of categories over HTTP."""

from __future__ import annotations

import asyncio

from tests.factories import people
from tests.factories.application import Application
from tests.integration.products.test_catalogue import offered
from tests.integration.products.test_lists import category


async def test_everybody_sees_the_tree(app: Application) -> None:
    host = await people.host(app)
    music = await category(app, host.token, " Music ")
    strings = await category(app, host.token, "Strings", music)
    sport = await category(app, host.token, "Sport")
    tree = (await app.call("GET", "/products/categories")).json()["items"]
    leaf = {"id": strings, "name": "Strings", "parent_id": music, "position": 1, "children": []}
    assert tree == [
        {"id": music, "name": "Music", "parent_id": None, "position": 1, "children": [leaf]},
        {"id": sport, "name": "Sport", "parent_id": None, "position": 2, "children": []},
    ]


async def test_the_tree_has_five_levels_and_no_circle(app: Application) -> None:
    host = await people.host(app)
    levels = [await category(app, host.token, "1")]
    for number in range(2, 6):
        levels.append(await category(app, host.token, str(number), levels[-1]))
    deeper = await app.call(
        "POST", "/products/categories", host.token, json={"name": "6", "parent_id": levels[-1]}
    )
    assert [item["code"] for item in deeper.json()["errors"]] == ["too_deep"]
    top = f"/products/categories/{levels[0]}"
    for parent, code in ((levels[0], "circle"), (levels[2], "circle"), ("none", "not_found")):
        refused = await app.call("PATCH", top, host.token, json={"parent_id": parent})
        assert refused.status_code == 422
        assert [item["code"] for item in refused.json()["errors"]] == [code]
    other = await category(app, host.token, "other")
    refused = await app.call("PATCH", top, host.token, json={"parent_id": other})
    assert [item["code"] for item in refused.json()["errors"]] == ["too_deep"]
    third = f"/products/categories/{levels[2]}"
    raised = await app.call("PATCH", third, host.token, json={"parent_id": None, "name": "III"})
    assert raised.status_code == 200
    assert (raised.json()["parent_id"], raised.json()["name"]) == (None, "III")
    assert [child["id"] for child in raised.json()["children"]] == [levels[3]]
    moved = await app.call("PATCH", top, host.token, json={"parent_id": other})
    assert moved.status_code == 200


async def test_a_category_in_use_stays(app: Application) -> None:
    host = await people.host(app)
    music = await category(app, host.token, "Music")
    strings = await category(app, host.token, "Strings", music)
    product = await offered(app, host, category_id=strings)
    for item in (music, strings):
        refused = await app.call("DELETE", f"/products/categories/{item}", host.token)
        assert (refused.status_code, refused.json()["code"]) == (409, "products.category_in_use")
    await app.call("PATCH", f"/products/{product['id']}", host.token, json={"category_id": None})
    for item in (strings, music):
        gone = await app.call("DELETE", f"/products/categories/{item}", host.token)
        assert gone.status_code == 204
    assert (await app.call("GET", "/products/categories")).json() == {"items": []}
    again = await app.call("DELETE", f"/products/categories/{music}", host.token)
    assert (again.status_code, again.json()["code"]) == (404, "products.category_not_found")


async def test_only_hosts_change_the_tree(app: Application) -> None:
    customer, host = await people.person(app), await people.host(app)
    music = await category(app, host.token, "Music")
    path = f"/products/categories/{music}"
    for method, place in (("POST", "/products/categories"), ("PATCH", path), ("DELETE", path)):
        refused = await app.call(method, place, customer.token, json={"name": "x"})
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
    for name, code in ((" ", "too_short"), ("x" * 61, "too_long"), ("a\nb", "format")):
        wrong = await app.call("PATCH", path, host.token, json={"name": name})
        assert [item["code"] for item in wrong.json()["errors"]] == [code]


async def test_moving_categories_and_changing_products_do_not_wait_for_each_other(
    app: Application,
) -> None:
    host = await people.host(app)
    one, two = [await category(app, host.token, name) for name in ("One", "Two")]
    leaf = await category(app, host.token, "Leaf", one)
    products = [await offered(app, host, name=f"P{n}", category_id=leaf) for n in range(4)]
    for number in range(5):
        parent = (two, one)[number % 2]
        moved, *changed = await asyncio.gather(
            app.call(
                "PATCH",
                f"/products/categories/{leaf}",
                host.token,
                json={"parent_id": parent},
            ),
            *(
                app.call(
                    "PATCH",
                    f"/products/{product['id']}",
                    host.token,
                    json={"name": f"Name {number}", "sku": f"S-{place}-{number}"},
                )
                for place, product in enumerate(products)
            ),
        )
        assert [answer.status_code for answer in (moved, *changed)] == [200] * 5
        for parent_id, count in ((parent, 4), (two if parent == one else one, 0)):
            found = await app.call("GET", f"/products?category={parent_id}&q=name")
            assert len(found.json()["items"]) == count
