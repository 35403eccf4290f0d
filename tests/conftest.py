"""What several rooms share: an empty store on either database, a key ring, a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing, new_key
from gateway.store.database import Database
from tests import postgres
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this process of the suite."""
    with postgres.a_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    with postgres.a_database(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store without tables, on each of the two databases."""
    is_sqlite = request.param == "sqlite"
    found = Database(f"sqlite:///{tmp_path}/gateway.db" if is_sqlite else request.getfixturevalue("postgres_url"))
    yield found
    found.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """An empty store with its tables, on each of the two databases."""
    upgrade(empty_database)
    return empty_database


@pytest.fixture
def ring() -> KeyRing:
    """A key ring with one key."""
    return KeyRing(new_key())


@pytest.fixture
def now() -> datetime:
    """A time that has passed on every clock, so that what is due at it is due."""
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
