"""What PostgreSQL does for a request: each SELECT is run again under EXPLAIN (ANALYZE, BUFFERS)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

BIG = 1000
"""A table of fewer rows may be read whole: that is cheaper than its index."""

READS = ("SELECT", "WITH")
FINDS = (*READS, "DELETE")


@dataclass(frozen=True, slots=True)
class Statement:
    """A query as it went to the driver."""

    sql: str
    parameters: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """How one query ran. ``buffers``: pages of 8 KiB read or found, the planner's not counted."""

    sql: str
    buffers: int
    scanned: frozenset[str]  # tables read from end to end
    text: str

    @property
    def is_limited(self) -> bool:
        """Whether it finds a page, rather than what belongs to one."""
        return "LIMIT" in self.sql

    @property
    def tables(self) -> int:
        """How many tables are joined."""
        return 1 + self.sql.count(" JOIN ")


@contextmanager
def recorded(engine: AsyncEngine, verbs: tuple[str, ...] = READS) -> Iterator[list[Statement]]:
    """Every SELECT (or whatever begins so) that the engine is asked for while the block lasts."""
    found: list[Statement] = []

    def note(_c: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if sql.lstrip().upper().startswith(verbs):
            found.append(Statement(sql, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def explained(engine: AsyncEngine, statement: Statement) -> Plan:
    """Run the query under EXPLAIN and read its plan; what it changes is rolled back."""
    command = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.sql}"
    async with engine.connect() as connection:
        answer = await connection.exec_driver_sql(command, statement.parameters)
        found = answer.scalar_one()
        whole = json.loads(found) if isinstance(found, str) else found
        sizes = await _sizes(connection)
    top = whole[0]["Plan"]
    scanned = {
        node["Relation Name"]
        for node in _nodes(top)
        if node["Node Type"] in ("Seq Scan", "Parallel Seq Scan")
        and sizes.get(node["Relation Name"], 0) >= BIG
    }
    buffers = int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])
    return Plan(statement.sql, buffers, frozenset(scanned), json.dumps(top, indent=1))


async def _sizes(connection: Any) -> Mapping[str, float]:
    rows = await connection.execute(
        text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
    )
    return {row[0]: row[1] for row in rows}


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
