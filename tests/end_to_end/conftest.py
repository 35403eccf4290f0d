"""Whole gateways for tests: one that a module shares, or one that a test may break."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway that runs as in `make demo`, shared by a module."""
    built = House(tmp_path_factory.mktemp("house"))
    with built.running():
        yield built


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Build a gateway with settings of its own, on any database; nothing is started yet."""
    built: list[House] = []

    def make(database_url: str = "", **settings: str) -> House:
        found = House(tmp_path, database_url, **settings)
        built.append(found)
        found.migrate()
        return found

    yield make
    for each in built:
        each.stop()


@pytest.fixture
def visitor(house: House) -> Visitor:
    """Somebody who opens the shared gateway's pages."""
    return Visitor(house.base)
