"""The measure itself: it sees a table that is read whole, and what an index saves."""

from __future__ import annotations

from tests.factories.application import Application
from tests.factories.crowd import SALE, uid
from tests.integration.plans.explain import Statement, explained


async def test_a_table_without_an_index_for_the_question_is_read_whole(
    big_app: Application,
) -> None:
    query = Statement("SELECT id FROM sales WHERE description = $1", ("nothing",))
    plan = await explained(big_app.container.engine, query)
    assert plan.scanned == {"sales"}
    assert plan.buffers > 1000


async def test_a_key_is_found_by_its_index(big_app: Application) -> None:
    query = Statement("SELECT id FROM sales WHERE id = $1", (uid(SALE, 7),))
    plan = await explained(big_app.container.engine, query)
    assert plan.scanned == frozenset()
    assert plan.buffers <= 4
