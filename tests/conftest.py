"""What all tests share: a database for each, and an application on it.

The database is SQLite, or PostgreSQL when TEST_DATABASE_URL names a server that may be filled:
`python3 -m scripts.postgres pytest ...` starts one.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.factories import application
from tests.factories.application import Application
from tests.factories.databases import Databases, PostgresDatabases, SqliteDatabases

SERVER = os.environ.get("TEST_DATABASE_URL", "")


# Tests of these share a database that takes long to fill: one worker fills it, once.
TOGETHER = (
    "tests/integration/plans/",
    "tests/integration/products/test_plans.py",
    "tests/integration/test_openapi_fuzz.py",
)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Hands single tests to whichever worker is free, and those of one place to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Instead of xdist's groups, which do not survive pytest 9.2's node ids."""
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL what stands on a database runs; on SQLite all but what is PostgreSQL's."""
    chosen: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        needs = getattr(item, "fixturenames", ())
        fits = "databases" in needs if SERVER else "postgresql" not in needs
        (chosen if fits else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = chosen


@pytest.fixture(scope="session", params=["postgresql" if SERVER else "sqlite"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    """Where databases come from in this run."""
    if request.param == "postgresql":
        return PostgresDatabases(SERVER)
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql(databases: Databases) -> PostgresDatabases:
    """For what SQLite does not have, such as plans with buffers: there its tests are left out."""
    assert isinstance(databases, PostgresDatabases)
    return databases


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
