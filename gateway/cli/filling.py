"""How a database is filled: from nothing, in one transaction, so that it is full or as it was."""

from collections.abc import Iterable
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory

from gateway.store import copying, workers
from gateway.store.copying import Part
from gateway.store.database import Database, Transaction
from gateway.store.workers import SILENT_AFTER

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def make_room(database: Database) -> None:
    """Make the folder and the file of an SQLite database, so that nobody else can read it."""
    if database.sqlite_file:
        database.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        database.sqlite_file.touch(mode=0o600)  # SQLite gives its journal the same rights


def run_migrations(connection: Transaction, *, to: str = "head") -> None:
    """Run the migrations that are lacking, up to the one named, in the caller's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    alembic.upgrade(config, to)


def refuse_newer(revision: str, what: str) -> None:
    """End the command where rows belong to tables that this version does not know."""
    if revision not in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise click.ClickException(f"A newer version of the gateway made {what}: use that one.")


def refuse_alive(connection: Transaction) -> None:
    """End the command where a worker would go on sending meanwhile."""
    if workers.any_alive(connection, SILENT_AFTER):
        raise click.ClickException(
            "A worker is at work on this database: end `flask worker` first. (One that was killed counts for a minute.)"
        )


def refuse_in_use(connection: Transaction) -> None:
    """End the command where it would write over what people have sent."""
    if copying.in_use(connection):
        raise click.ClickException(
            "The database of GATEWAY_DATABASE_URL is not empty: people have sent or begun forms there. Nothing was "
            "changed. Name an empty one."
        )


def fill(connection: Transaction, parts: Iterable[Part], *, revision: str) -> dict[str, int]:
    """Build an empty database anew as of a revision, write rows into it, and bring it up to date."""
    copying.clear(connection)
    run_migrations(connection, to=revision)
    written = copying.write(connection, parts)
    run_migrations(connection)
    return written


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
