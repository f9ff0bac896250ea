"""Every list with 100,000 rows: no sequential scan, and few buffers for a page of twenty.

What is counted: each SELECT of the whole request, sign-in included, is run again under EXPLAIN
(ANALYZE, BUFFERS); its shared blocks, found or read, are summed. What finds the page (the
statements with a LIMIT: the list itself, and what turns days into its bounds) may read 50. What
else a page shows (names of people, numbers of invoices) is looked up by key and may cost five
buffers for each item: root, branch, leaf and its neighbour in the index, and the row
(in each table that is joined).
"""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from tests.factories.application import Application
from tests.factories.crowd import Crowd
from tests.integration.plans.explain import Plan, explained, recorded
from tests.integration.plans.lists import Asked, lists

LIMIT = 20
MOST_OF_A_PAGE = 50
MOST_OF_A_LOOKUP = 5 * (LIMIT + 1)  # one more is read: it says whether something follows
MOST_OF_A_REQUEST = 300
MOST_OF_CHECKOUTS = 500  # each shows its whole invoice: lines, taxes, credit notes
ALL = list(lists())
GROUPS = sorted({(asked.who, asked.path) for asked in ALL})


async def _asked(app: Application, crowd: Crowd, asked: Asked, query: str) -> httpx.Response:
    given = "&".join([*(f"{key}={value}" for key, value in asked.query.items()), query])
    answer = await app.call("GET", f"{asked.path}?{given}", asked.person(crowd).token)
    assert answer.status_code == 200, answer.text
    return answer


async def _plans(app: Application, crowd: Crowd, asked: Asked, query: str) -> Sequence[Plan]:
    with recorded(app.container.engine) as statements:
        await _asked(app, crowd, asked, query)
    return [await explained(app.container.engine, item) for item in statements]


def _judge(name: str, plans: Sequence[Plan]) -> None:
    most = MOST_OF_CHECKOUTS if "/checkouts" in name else MOST_OF_A_REQUEST
    counts = [plan.buffers for plan in plans]
    shown = [name, counts, *(plan.sql for plan in plans)]
    assert [plan.text for plan in plans if plan.scanned] == [], shown
    pages = [plan for plan in plans if plan.is_limited]
    assert pages, shown
    assert sum(plan.buffers for plan in pages) <= MOST_OF_A_PAGE, [
        *shown,
        *(plan.text for plan in pages),
    ]
    assert all(plan.buffers <= plan.tables * MOST_OF_A_LOOKUP for plan in plans), shown
    assert sum(counts) <= most, shown


@pytest.mark.parametrize(("who", "path"), GROUPS)
async def test_a_page_reads_few_buffers(
    big_app: Application, crowd: Crowd, who: str, path: str
) -> None:
    for asked in ALL:
        if (asked.who, asked.path) != (who, path):
            continue
        first = (await _asked(big_app, crowd, asked, f"limit={LIMIT}")).json()
        queries = [f"limit={LIMIT}"]
        if first["next_cursor"]:
            queries.append(f"limit={LIMIT}&cursor={first['next_cursor']}")
            if "page" in first:
                queries.append(f"limit={LIMIT}&page=2")
        for query in queries:
            plans = await _plans(big_app, crowd, asked, query)
            _judge(f"{asked.name} {query}", plans)


@pytest.mark.parametrize(
    ("who", "path"),
    [("admin", "/billing/invoices"), ("host", "/billing/sales"), ("customer", "/calls/rooms")],
)
async def test_the_lists_go_on_behind_the_page(
    big_app: Application, crowd: Crowd, who: str, path: str
) -> None:
    answer = await _asked(big_app, crowd, Asked(who, path), f"limit={LIMIT}")
    assert len(answer.json()["items"]) == LIMIT
    assert answer.json()["next_cursor"]
