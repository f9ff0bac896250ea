"""What tests of billing share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.factories.application import Application
from tests.factories.office import Office, office_of


@pytest.fixture
async def office(app: Application) -> AsyncIterator[Office]:
    """An office that writes invoices."""
    async with office_of(app) as found:
        yield found
