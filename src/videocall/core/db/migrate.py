"""Migrations: each domain has a history and a version table of its own, run by one command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.core.db.engine import WRITES

_LOCK = 0x5643_4D49  # "VCMI": only one process migrates a PostgreSQL database at a time


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one domain: their folder and the tables that they lead to."""

    name: str
    folder: Path
    metadata: MetaData

    @property
    def version_table(self) -> str:
        """Where the database remembers how far it is."""
        return f"alembic_version_{self.name}"

    def scripts(self) -> ScriptDirectory:
        """The revisions, as Alembic reads them."""
        return ScriptDirectory(str(self.folder), version_locations=[str(self.folder)])


@dataclass(frozen=True, slots=True)
class Revision:
    """How far one history is in a database, and how far it could be."""

    history: str
    current: str | None
    head: str | None

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to do."""
        return self.current == self.head


async def upgrade(
    engine: AsyncEngine, histories: Sequence[History], revision: str = "head"
) -> None:
    """Bring every history to its newest revision, in the given order; or one to an older one."""
    await _run(engine, histories, revision)


async def downgrade(engine: AsyncEngine, histories: Sequence[History]) -> None:
    """Undo every migration, last history first."""
    await _run(engine, list(reversed(histories)), "base")


async def revisions(engine: AsyncEngine, histories: Sequence[History]) -> list[Revision]:
    """How far each history is."""

    def read(connection: Connection) -> list[Revision]:
        return [
            Revision(
                history.name,
                MigrationContext.configure(
                    connection, opts={"version_table": history.version_table}
                ).get_current_revision(),
                history.scripts().get_current_head(),
            )
            for history in histories
        ]

    async with engine.connect() as connection:
        return await connection.run_sync(read)


async def _run(engine: AsyncEngine, histories: Sequence[History], target: str) -> None:
    def migrate(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        for history in histories:
            _migrate(connection, history, target)

    async with engine.connect() as connection:
        await connection.execution_options(**{WRITES: True})
        async with connection.begin():
            await connection.run_sync(migrate)


def _migrate(connection: Connection, history: History, target: str) -> None:
    scripts = history.scripts()

    def steps(revision: Any, _context: MigrationContext) -> Any:  # noqa: ANN401 - Alembic's
        if target == "base":
            return scripts._downgrade_revs("base", revision)
        return scripts._upgrade_revs(target, revision)

    fn: Callable[[Any, MigrationContext], Any] = steps
    with EnvironmentContext(Config(), scripts, fn=fn) as environment:
        environment.configure(
            connection=connection,
            target_metadata=history.metadata,
            version_table=history.version_table,
            render_as_batch=True,
            transactional_ddl=False,  # the transaction is ours, around all histories
        )
        environment.run_migrations()
