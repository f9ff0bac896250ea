"""A network and a media server for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.network.links import Network, network
from tests.network.server import Server, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the SDK and Playwright leave handles to the garbage collector: they are not ours."""
    here = Path(__file__).parent
    lenient = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(lenient)


@pytest.fixture
def net() -> Iterator[Network]:
    """Three links to clients and one to here, all there when the server looks for its addresses."""
    with network() as made:
        for here in (False, False, False, True):
            made.link(here=here)
        yield made


@pytest.fixture
async def server(net: Network, tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(net, tmp_path / "server") as started:
        yield started
        assert started.faults() == []
