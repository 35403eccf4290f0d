"""`flask migrate`: create the database's tables, or bring them up to date."""

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config

from gateway.cli import opening
from gateway.store.database import Database

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@click.command("migrate")
def command() -> None:
    """Bring the database's tables up to date. Safe to repeat, and while an older version serves."""
    database = Database(opening.settings().database_url.get_secret_value())
    upgrade(database)
    click.echo("The database is up to date.")


def upgrade(database: Database, *, to: str = "head") -> None:
    """Run every migration that the database lacks, up to the one named."""
    if database.sqlite_file:
        database.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        database.sqlite_file.touch(mode=0o600)  # SQLite gives its journal the same rights
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.migrate() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, to)
