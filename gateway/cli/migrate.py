"""`flask migrate`: create the database's tables, or bring them up to date; or move everything into another database."""

import click

from gateway.cli import filling, moving, opening
from gateway.store import freezing
from gateway.store.database import Database


@click.command("migrate")
@click.option("--from", "source", metavar="URL", help="Move everything from this SQLite database here.")
def command(source: str | None) -> None:
    """Bring the database's tables up to date. Safe to repeat, and while an older version serves."""
    database = opening.unchecked(opening.settings().database_url.get_secret_value())
    filling.make_room(database)
    if problem := database.unreachable():
        raise opening.refusal(problem)
    if source is not None:
        moving.move(source, database)
    elif freezing.is_frozen(database):
        raise click.ClickException("This database was moved to another one: set GATEWAY_DATABASE_URL to that.")
    else:
        upgrade(database)
        click.echo("The database is up to date.")


def upgrade(database: Database, *, to: str = "head") -> None:
    """Run every migration that the database lacks, up to the one named."""
    filling.make_room(database)
    with database.migrate() as connection:
        filling.run_migrations(connection, to=to)
