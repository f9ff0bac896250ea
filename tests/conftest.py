"""What all tests share: a database for each, and an application on it.

The database is SQLite, or PostgreSQL when TEST_DATABASE_URL names a server that may be filled:
`python3 -m scripts.postgres pytest ...` starts one.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.factories import application
from tests.factories.application import Application
from tests.factories.databases import Databases, PostgresDatabases, SqliteDatabases

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what stands on a database runs: the rest ran with SQLite."""
    if not SERVER:
        return
    standing = [item for item in items if "databases" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in standing])
    items[:] = standing


@pytest.fixture(scope="session", params=["postgresql" if SERVER else "sqlite"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    """Where databases come from in this run."""
    if request.param == "postgresql":
        return PostgresDatabases(SERVER)
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated, empty database of this test."""
    with databases.database() as url:
        yield url


@pytest.fixture
def blank_database_url(databases: Databases) -> Iterator[str]:
    """A database without any table."""
    with databases.database(migrated=False) as url:
        yield url


@pytest.fixture
async def app(database_url: str) -> AsyncIterator[Application]:
    """An application on a database of its own."""
    async with application.running(database_url) as running:
        yield running
