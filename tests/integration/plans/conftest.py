"""A large database for all tests of plans: it takes longest to fill."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.factories import application, people
from tests.factories.application import Application
from tests.factories.crowd import Crowd, fill
from tests.factories.databases import PostgresDatabases, run


@pytest.fixture(scope="package")
def crowd(postgresql: PostgresDatabases) -> Iterator[Crowd]:
    """Who is who in a database with a hundred thousand of everything."""
    with postgresql.database() as url:
        yield run(_filled(url))


@pytest.fixture
async def big_app(crowd: Crowd) -> AsyncIterator[Application]:
    """An application on it."""
    async with application.running(crowd.url) as running:
        yield running


async def _filled(url: str) -> Crowd:
    async with application.running(url) as app:
        found = Crowd(
            url,
            await people.admin(app),
            await people.host(app),
            await people.person(app),
            await people.person(app),
        )
    await fill(found)
    return found
