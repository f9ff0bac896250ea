"""A migrated database for every test, copied from a template that was migrated once."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from videocall.bootstrap.histories import HISTORIES
from videocall.core.db.engine import create_engine, read_url
from videocall.core.db.migrate import upgrade

T = TypeVar("T")


def run(work: Coroutine[object, object, T]) -> T:
    """Run to the end in a thread of its own: the caller may be inside of a loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class SqliteDatabases:
    """Databases as files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        run(_migrate(f"sqlite:///{self._template}"))

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that lives as long as the block."""
        path = self._folder / f"{uuid.uuid4().hex}.sqlite3"
        if migrated:
            shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"
        for leftover in self._folder.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresDatabases:
    """Databases of one server."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._template = f"template_{uuid.uuid4().hex}"
        self._admin(f"CREATE DATABASE {self._template}")
        run(_migrate(self._url(self._template)))

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that lives as long as the block."""
        name = f"test_{uuid.uuid4().hex}"
        source = self._template if migrated else "template0"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        try:
            yield self._url(name)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        run(_execute(self._server.render_as_string(hide_password=False), statement))


Databases = SqliteDatabases | PostgresDatabases


async def _migrate(url: str) -> None:
    engine = create_engine(url)
    await upgrade(engine, HISTORIES)
    await engine.dispose()


async def _execute(server: str, statement: str) -> None:
    engine = create_async_engine(read_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
