"""`flask migrate --from`: everything that an SQLite database holds, as it stands, in another database.

First the old database is frozen: from then on nobody can send there. Then the new one is filled in one transaction. So
whatever breaks off, one of the two holds everything, and the same command again goes on.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import filling, opening
from gateway.store import audit, copying, freezing
from gateway.store.copying import NotFilled
from gateway.store.database import Database, revision


def move(url: str, target: Database) -> None:
    """Move everything from the SQLite database of a URL into an empty one, or end the command with what is wrong."""
    source = _source(url, target)
    if freezing.is_over(source):
        raise click.ClickException("It was moved before: nothing is left to do.")
    is_first = not freezing.is_frozen(source)
    with source.snapshot() as connection:
        filling.refuse_newer(revision(connection), "that database")
        filling.refuse_alive(connection)
    token = freezing.freeze(source)
    try:
        rows = _copy(source, target, token)
    except BaseException as error:
        if is_first:
            freezing.thaw(source)
        if isinstance(error, NotFilled):
            raise click.ClickException(f"The new database refused it ({error}). Nothing was moved.") from None
        raise
    freezing.end(source)
    _tell(source, rows)


def _copy(source: Database, target: Database, token: str) -> dict[str, int]:
    """Fill the new database, unless an earlier run has done so; give the numbers of rows."""
    with source.snapshot() as old, copying.filling(target) as new:
        rows = copying.count(old)
        if freezing.has_arrived(new, token):
            return rows
        filling.refuse_in_use(new)
        if filling.fill(new, copying.parts(old), revision=revision(old)) != rows:
            raise NotFilled("not all rows arrived")
        audit.write(
            new,
            actor=audit.COMMAND_LINE,
            action=freezing.MOVE,
            detail=f"{sum(rows.values())} rows from an SQLite database, {token}",
            now=datetime.now(UTC),
        )
    return rows


def _tell(source: Database, rows: dict[str, int]) -> None:
    click.echo(f"{rows['referrals']} referrals, {sum(rows.values())} rows in all, were moved.")
    click.echo(f"{source.sqlite_file} takes nothing any more. Start web and worker with the new GATEWAY_DATABASE_URL.")
    click.echo("When all is well, delete the old files: they hold everything too.")


def _source(url: str, target: Database) -> Database:
    file = url.removeprefix("sqlite:///")
    if file == url or not file:
        raise click.ClickException(
            "--from takes sqlite:///PATH. From PostgreSQL, use `flask backup` and `flask restore`."
        )
    if not Path(file).is_file():
        raise click.ClickException(f"There is no file {file}.")
    if target.sqlite_file and target.sqlite_file.resolve() == Path(file).resolve():
        raise click.ClickException("GATEWAY_DATABASE_URL still names the old database: set it to the new one first.")
    source = opening.unchecked(url)
    if problem := source.missing():
        raise opening.refusal(problem)
    return source
