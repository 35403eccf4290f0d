"""What several rooms share: an empty store on either database, a key ring, a time."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its tables, to be copied: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("template") / "gateway.db"
    migrated = Database(f"sqlite:///{file}")
    upgrade(migrated)
    migrated.close()  # from here on all of it stands in the one file
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database with its tables, to be copied."""
    with postgres.a_database(postgres_server) as address:
        migrated = Database(address)
        upgrade(migrated)
        migrated.close()
        yield postgres.name_of(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store with its tables, on each of the two databases."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = tmp_path / "gateway.db"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
            address = f"sqlite:///{file}"
        else:
            server = request.getfixturevalue("postgres_server")
            template = request.getfixturevalue("postgres_template")
            address = stack.enter_context(postgres.a_database(server, template=template))
        found = Database(address)
        stack.callback(found.close)
        yield found


@pytest.fixture
def ring() -> KeyRing:
    """A key ring with one key."""
    return KeyRing(new_key())


@pytest.fixture
def now() -> datetime:
    """A time that has passed on every clock, so that what is due at it is due."""
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
