"""`flask restore`: a backup becomes the store again, and is told what happened since."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import click

from gateway.cli import filling, opening
from gateway.ledger import Ledger, LedgerProblem
from gateway.settings import Settings
from gateway.store import backups, copying, reviving
from gateway.store.backups import BackupBroken, Contents, Reading
from gateway.store.copying import NotFilled
from gateway.store.database import Database
from gateway.store.reviving import Heard, Revived

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--ledger", "ledgers", multiple=True, type=_FILE, help="The ledger of another host; may be repeated.")
@click.option("--without-ledger", is_flag=True, help="There is none any more.")
@click.option("--without-keys", is_flag=True, help="Some of the keys are gone for good.")
@click.option("--dry-run", is_flag=True, help="Only check the file, and say what is in it.")
def command(file: Path, ledgers: tuple[Path, ...], without_ledger: bool, without_keys: bool, dry_run: bool) -> None:
    """Fill an empty database from the backup FILE: with all of it, or with nothing.

    What was on its way becomes unknown, unless the ledger says what became of it.
    """
    settings = opening.settings()
    contents = _checked(file)
    filling.refuse_newer(contents.head.revision, "this backup")
    missing = sorted(contents.keys - set(opening.key_ring(settings).ids))
    if missing and not without_keys:
        raise click.ClickException(
            f"These keys are needed and not in GATEWAY_KEYS: {', '.join(missing)}. Put them there. If they "
            "are gone for good, say --without-keys: what they sealed can never be read."
        )
    heard = _heard(settings, ledgers, contents, without_ledger=without_ledger)
    _describe(contents, heard)
    database = opening.unchecked(settings.database_url.get_secret_value())
    if dry_run:
        _try(database)
        return
    filling.make_room(database)
    revived = _restore(database, file, contents, heard, settings)
    database.checkpoint()
    _say_what_next(revived, settings)


def _checked(file: Path) -> Contents:
    try:
        return backups.read(file)
    except BackupBroken as broken:
        raise click.ClickException(f"{file} cannot be restored: {broken}. Nothing was changed.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {os.strerror(error.errno or 0)}.") from None


def _heard(settings: Settings, ledgers: tuple[Path, ...], contents: Contents, *, without_ledger: bool) -> Heard:
    mine = settings.ledger
    found = [Ledger(path) for path in {path.resolve() for path in (mine, *ledgers)} if path.exists()]
    if not found and not without_ledger:
        raise click.ClickException(
            f"There is no ledger at {mine}. Name those of your hosts with --ledger FILE. If there is none any more, "
            "say --without-ledger: what was delivered or erased since the backup cannot be known then."
        )
    try:
        return reviving.hear(chain.from_iterable(each.entries() for each in found), since=contents.head.made_at)
    except LedgerProblem as problem:
        raise click.ClickException(f"{problem}.") from None


def _describe(contents: Contents, heard: Heard) -> None:
    referrals, rows = contents.rows.get("referrals", 0), sum(contents.rows.values())
    made_at = f"{contents.head.made_at:%Y-%m-%d %H:%M:%S} UTC"
    click.echo(f"A backup of {made_at}: {referrals} referrals, {rows} rows in all. It is whole.")
    click.echo(
        f"The ledger tells of {len(heard.delivered)} delivered and {len(heard.closed)} closed since, and of "
        f"{len(heard.erased | heard.purged)} erased or purged."
    )


def _try(database: Database) -> None:
    if not database.missing():
        with database.snapshot() as connection:
            filling.refuse_alive(connection)
            filling.refuse_in_use(connection)
    click.echo("Nothing was changed.")


def _restore(database: Database, file: Path, contents: Contents, heard: Heard, settings: Settings) -> Revived:
    if problem := database.unreachable():
        raise opening.refusal(problem)
    if not database.missing():
        with database.snapshot() as connection:
            filling.refuse_alive(connection)
    try:
        with copying.filling(database) as connection:
            filling.refuse_in_use(connection)
            filling.fill(connection, Reading(file).parts(), revision=contents.head.revision)
            return reviving.revive(
                connection,
                heard,
                made_at=contents.head.made_at,
                resend_after=timedelta(seconds=settings.unknown_resend_seconds) or None,
                now=datetime.now(UTC),
            )
    except (BackupBroken, LookupError, NotFilled) as error:
        raise click.ClickException(f"{file} cannot be restored: {error}. Nothing was changed.") from None


def _say_what_next(revived: Revived, settings: Settings) -> None:
    for line in _done(revived):
        click.echo(line)
    hours = settings.unknown_resend_seconds / 3600
    repeat = f"What you leave is sent again after {hours:g} hours, marked." if hours else "None goes by itself."
    click.echo("\nWhat to do now:")
    if revived.unknown:
        click.echo(
            "- `flask referrals list --state unknown`: look for each in the destination, then settle it as arrived, or "
            f"resend it. {repeat}"
        )
    click.echo("- What was sent after the backup and not delivered is lost: if somebody asks, let them send it again.")
    click.echo("- Start worker and web.")


def _done(revived: Revived) -> Iterator[str]:
    yield "Restored."
    yield f"- {revived.delivered} were delivered after the backup, and {revived.closed} closed: the ledger says so."
    yield f"- {revived.unknown} were on their way: they may have arrived, and are unknown now."
    yield f"- {revived.erased} were erased again, and {revived.purged} purged."
    if revived.newer:
        yield f"- {revived.newer} that the ledger knows were sent after the backup, and are not in it."
