"""Reads of the catalogue: ETags, and that nobody sees what is not true any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.factories import application, people
from tests.factories.application import Application
from tests.integration.products.test_catalogue import offered
from videocall.core.db.driver_reads import DriverReads


@contextmanager
def reads_of_products(app: Application) -> Iterator[list[str]]:
    """The SELECTs of products while the block lasts."""
    seen: list[str] = []

    def watch(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    fetch = DriverReads._fetch

    async def watched_fetch(reads: DriverReads, sql: str, arguments: list[object]) -> list[Any]:
        seen.append(sql)
        return await fetch(reads, sql, arguments)

    engine = app.container.engine.sync_engine
    event.listen(engine, "before_cursor_execute", watch)
    with pytest.MonkeyPatch.context() as patch:  # what goes around SQLAlchemy
        patch.setattr(DriverReads, "_fetch", watched_fetch)
        yield seen
    event.remove(engine, "before_cursor_execute", watch)


async def test_who_has_it_gets_304(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host)
    for path in (f"/products/{product['id']}", "/products?limit=5"):
        first = await app.call("GET", path)
        etag = first.headers["etag"]
        assert first.headers["cache-control"] == "public, no-cache"
        assert etag.startswith('"')
        for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = await app.call("GET", path, headers={"If-None-Match": header})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
        other = await app.call("GET", path, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


async def test_a_read_is_one_statement_and_then_none(app: Application) -> None:
    host = await people.host(app)
    category = await app.call("POST", "/products/categories", host.token, json={"name": "Music"})
    product = await offered(app, host, category_id=category.json()["id"])
    await app.call("GET", "/products?sort=name")  # names of hosts and categories are known now
    for path in (f"/products/{product['id']}", "/products?limit=20"):
        with reads_of_products(app) as seen:
            await app.call("GET", path)
            assert len(seen) == 1
            await app.call("GET", path)
            assert len(seen) == 1


async def test_every_change_is_seen_at_once(app: Application) -> None:
    host = await people.host(app, "Ana")
    product = await offered(app, host, stock=5, kind="goods")
    path = f"/products/{product['id']}"
    category = (
        await app.call("POST", "/products/categories", host.token, json={"name": "Music"})
    ).json()["id"]

    async def shown() -> dict[str, object]:
        one = (await app.call("GET", path)).json()
        listed = (await app.call("GET", "/products")).json()["items"]
        assert listed == [one]
        found: dict[str, object] = one
        return found

    assert (await shown())["name"] == "Product Name"
    await app.call("PATCH", path, host.token, json={"name": "Better", "category_id": category})
    assert (await shown())["name"] == "Better"
    await app.call("PATCH", f"/products/categories/{category}", host.token, json={"name": "Sound"})
    assert (await shown())["category"] == {"id": category, "name": "Sound"}
    await app.call("PATCH", "/users/profile", host.token, json={"name": "Bea"})
    assert (await shown())["host"] == {"id": host.id, "name": "Bea"}
    body = {"quantity": -2, "reason": "damaged"}
    await app.call("POST", f"{path}/stock/movements", host.token, json=body)
    assert (await shown())["stock"] == {"limited": True, "available": 3}
    await app.call("DELETE", path, host.token)
    assert (await app.call("GET", path)).status_code == 404
    assert (await app.call("GET", "/products")).json()["items"] == []


async def test_what_another_process_changed_is_seen_after_a_look_at_the_log(
    app: Application, database_url: str
) -> None:
    tail = next(job for job in app.container.jobs if job.name == "hear of other processes")
    await tail.run()
    host = await people.host(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}"
    async with application.running(database_url) as other:
        assert (await other.call("GET", path)).json()["name"] == "Product Name"
        await app.call("GET", path)
        await other.call("PATCH", path, host.token, json={"name": "Better"})
        assert (await other.call("GET", path)).json()["name"] == "Better"
    assert (await app.call("GET", path)).json()["name"] == "Product Name"
    await tail.run()
    assert (await app.call("GET", path)).json()["name"] == "Better"


async def test_an_answer_from_before_a_change_is_not_kept_after_it(app: Application) -> None:
    host = await people.host(app)
    product = await offered(app, host)
    path = f"/products/{product['id']}"
    for number in range(20):
        name = f"Name {number}"
        body = {"name": name}
        reads = [app.call("GET", path) for _ in range(3)]
        change = app.call("PATCH", path, host.token, json=body)
        await asyncio.gather(*reads[:2], change, reads[2])
        assert (await app.call("GET", path)).json()["name"] == name


async def test_caching_can_be_switched_off(database_url: str) -> None:
    async with application.running(database_url, {"shop.cache_entries": "0"}) as app:
        host = await people.host(app)
        product = await offered(app, host)
        with reads_of_products(app) as seen:
            for _ in range(3):
                await app.call("GET", f"/products/{product['id']}")
        assert len(seen) == 3
