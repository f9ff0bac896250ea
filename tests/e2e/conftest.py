"""One installation for all tests of the whole product, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import people
from tests.e2e.people import Person
from tests.e2e.product import Product, running

SHOTS = Path(__file__).resolve().parents[2] / "test-results" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the SDK and Playwright leave handles to the garbage collector: they are not ours."""
    here = Path(__file__).parent
    lenient = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(lenient)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product")) as started:
        yield started


@pytest.fixture(scope="session")
def admin(product: Product) -> Person:
    return people.set_up(product)


@pytest.fixture(scope="session")
def host(product: Product, admin: Person) -> Person:
    return people.host(product, admin)


@pytest.fixture
def customer(product: Product) -> Person:
    return people.customer(product)


@pytest.fixture(scope="session")
def shots() -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS
