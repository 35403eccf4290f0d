"""`flask backup`: the whole store in one file, while web and worker go on serving."""

import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import click

from gateway.cli import opening
from gateway.ledger import Ledger, LedgerProblem, sync_folder
from gateway.settings import Settings
from gateway.store import backups
from gateway.store.backups import Contents
from gateway.store.database import Database

_STDOUT = "-"


@click.command("backup")
@click.argument("file")
@click.option("--forget-ledger", type=click.IntRange(min=1), help="Take out lines of the ledger of so many days ago.")
def command(file: str, forget_ledger: int | None) -> None:
    """Write everything that is stored into FILE, as it stands at this moment; `-` is the standard output.

    What people wrote stays sealed, and the keys are not in it: keep GATEWAY_KEYS somewhere else.
    """
    settings = opening.settings()
    database = opening.unchecked(settings.database_url.get_secret_value())
    if problem := database.missing():  # an older one can be backed up: that is what one does before an upgrade
        raise opening.refusal(problem)
    now = datetime.now(UTC)
    contents = _to_stdout(database, now) if file == _STDOUT else _to_file(database, Path(file), now)
    _tell(contents)
    if forget_ledger is not None:
        _forget(settings, now - timedelta(days=forget_ledger))


def _to_stdout(database: Database, now: datetime) -> Contents:
    if sys.stdout.isatty():
        raise click.ClickException("Nobody can read a backup on a screen: name a file, or lead the output somewhere.")
    contents = _write(database, sys.stdout.buffer, now)
    sys.stdout.buffer.flush()
    return contents


def _to_file(database: Database, file: Path, now: datetime) -> Contents:
    """Write under another name first: what has the name of a backup is one, and is on the disk."""
    if file.exists():
        raise click.ClickException(f"{file} is there already: give another name, such as one with the date in it.")
    if not file.parent.is_dir():  # not made here: it may be a disk that is not there
        raise click.ClickException(f"There is no folder {file.parent}: make it, or see that its disk is there.")
    unfinished = file.with_name(f"{file.name}.unfinished-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            contents = _write(database, out, now)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
        sync_folder(file.absolute().parent)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {os.strerror(error.errno or 0)}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def _write(database: Database, out: IO[bytes], now: datetime) -> Contents:
    with database.snapshot() as connection:
        return backups.write(connection, out, now=now)


def _tell(contents: Contents) -> None:
    click.echo(f"{contents.rows.get('referrals', 0)} referrals, {sum(contents.rows.values())} rows in all.", err=True)
    if contents.keys:
        click.echo(f"To read it, these keys of GATEWAY_KEYS are needed: {', '.join(sorted(contents.keys))}.", err=True)
    click.echo("The keys are not in it. Keep a copy of them somewhere else.", err=True)


def _forget(settings: Settings, before: datetime) -> None:
    try:
        forgotten = Ledger(settings.ledger).forget(before)
    except LedgerProblem as problem:
        raise click.ClickException(f"The backup is made. But {problem}.") from None
    click.echo(f"{forgotten} lines were taken out of the ledger: those from before {before:%Y-%m-%d}.", err=True)
