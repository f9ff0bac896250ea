"""What PostgreSQL does for each list with 100,000 products: no sequential scan, few buffers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories.catalogue import LEAF, ROOT, fill
from tests.factories.databases import PostgresDatabases, run
from videocall.core.access import UserId
from videocall.core.db.engine import create_engine
from videocall.core.db.reads import AnyRow, AnySelect, Reads
from videocall.core.paging import ListRequest, Position, Sort
from videocall.products.interfaces.work import ProductFilter
from videocall.products.model.products import ProductId, ProductKind
from videocall.products.repository.reader import SqlProductReader

PRODUCTS = 100_000
MOST_BUFFERS = 50
HOST = UserId("0199c1de-0000-7000-8000-000000000007")
SOMEWHERE = "0199c1de-0000-7fff-8000-00000000c350"


class ExplainedReads(Reads):
    """Asks for the plan of each statement instead of its rows."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._plain = engine
        self.plans: list[Mapping[str, Any]] = []

    async def all(self, statement: AnySelect, parameters: Mapping[str, object]) -> Sequence[AnyRow]:
        shown = statement.params(**parameters).compile(
            dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
            compile_kwargs={"literal_binds": True},
        )
        async with self._plain.connect() as connection:
            explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {shown}"
            found = await connection.exec_driver_sql(explain)
            plan = found.scalar_one()
        self.plans.append((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
        return []


@pytest.fixture(scope="module")
def large_catalogue(postgresql: PostgresDatabases) -> Iterator[str]:
    """The URL of a database with many products."""
    with postgresql.database() as url:
        run(fill(url, PRODUCTS))
        yield url


@pytest.fixture
async def engine(large_catalogue: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(large_catalogue)
    yield made
    await made.dispose()


FILTERS: Mapping[str, ProductFilter] = {
    "everything": ProductFilter(),
    "a common word": ProductFilter(terms=("lesson",)),
    "the beginning of a word": ProductFilter(terms=("les",)),
    "a rare word": ProductFilter(terms=("77777",)),
    "a category": ProductFilter(terms=(f"#{LEAF}",)),
    "a category with all below": ProductFilter(terms=(f"#{ROOT}",)),
    "a kind": ProductFilter(kind=ProductKind.MINUTES),
    "a host": ProductFilter(host_id=HOST),
    "a rare currency": ProductFilter(currency="EUR"),
    "in stock": ProductFilter(in_stock=True),
}
PLACES: Mapping[str, Position] = {
    "-created_at": Position(None, SOMEWHERE),
    "created_at": Position(None, SOMEWHERE),
    "name": Position("late m", SOMEWHERE),
    "-name": Position("late m", SOMEWHERE),
    "price": Position(500_000, SOMEWHERE),
    "-price": Position(500_000, SOMEWHERE),
}


def nodes(plan: Mapping[str, Any]) -> list[str]:
    return [plan["Node Type"], *(kind for part in plan.get("Plans", ()) for kind in nodes(part))]


def judged(plan: Mapping[str, Any]) -> tuple[bool, int]:
    """Whether all is read by an index, and how many buffers were touched."""
    buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return "Seq Scan" not in nodes(plan), buffers


@pytest.mark.parametrize("name", FILTERS)
async def test_every_filter_in_every_order_has_its_index(engine: AsyncEngine, name: str) -> None:
    reads = ExplainedReads(engine)
    reader = SqlProductReader(reads)
    asked = [
        ListRequest(Sort(sort), 20, after) for sort in PLACES for after in (None, PLACES[sort])
    ]
    for request in asked:
        await reader.find(FILTERS[name], request)
    found = {
        (item.sort.name, "cursor" if item.after else "top"): judged(plan)
        for item, plan in zip(asked, reads.plans, strict=True)
    }
    assert {
        place: (indexed, buffers)
        for place, (indexed, buffers) in found.items()
        if not indexed or buffers > MOST_BUFFERS
    } == {}


async def test_a_range_of_prices_in_the_order_of_prices(engine: AsyncEngine) -> None:
    reads = ExplainedReads(engine)
    wanted = ProductFilter(currency="USD", min_price=200_000, max_price=300_000)
    for sort in ("price", "-price"):
        await SqlProductReader(reads).find(wanted, ListRequest(Sort(sort), 20))
    for plan in reads.plans:
        indexed, buffers = judged(plan)
        assert indexed
        assert buffers <= MOST_BUFFERS


async def test_one_product(engine: AsyncEngine) -> None:
    reads = ExplainedReads(engine)
    await SqlProductReader(reads).get(ProductId("0199c1de-0000-7fff-8000-000000000fff"))
    indexed, buffers = judged(reads.plans[0])
    assert indexed
    assert buffers <= 5
