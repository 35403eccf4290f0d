"""`flask referrals purge`: by hand what the worker does every hour, and what it would do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.delivery import purging as regular
from gateway.ledger import Ledger, LedgerProblem
from gateway.store import audit, purging
from gateway.store.database import Database
from gateway.store.purging import Retention


@click.command("purge")
@click.option("--organisation", help="Only this one.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(organisation: str | None, dry_run: bool, yes: bool) -> None:
    """Delete what has been kept for long enough, as the worker does every hour. What was not delivered stays."""
    settings = opening.settings()
    database = opening.database(settings)
    served = opening.organisations(settings.organisations)
    retentions = _chosen(opening.retentions(served), organisation)
    now = datetime.now(UTC)
    due = {slug: purging.due(database, slug, retention, now) for slug, retention in retentions.items()}
    for slug, references in sorted(due.items()):
        click.echo(f"{slug}: {_in_words(references)}{_why_not(database, slug)}")
    for slug, count in sorted(purging.kept_for_ever(database, list(served)).items()):
        click.echo(f"{slug}: not in {settings.organisations}, so all of its {count} referrals stay", err=True)
    if dry_run or not any(due.values()):
        return
    if not yes:
        click.confirm("Delete their answers, files and mails for good?", abort=True, err=True)
    ledger, count = Ledger(settings.ledger), 0
    try:
        while some := regular.purge(database, ledger, retentions, now, actor=audit.COMMAND_LINE):
            count += some
    except LedgerProblem as problem:
        raise click.ClickException(f"{problem}. Nothing more was deleted; {count} had been.") from None
    click.echo(f"{count} purged.")


def _chosen(retentions: Mapping[str, Retention], organisation: str | None) -> Mapping[str, Retention]:
    if organisation is None:
        return retentions
    if organisation not in retentions:
        raise click.ClickException(
            f"How long {organisation} keeps things cannot be read: look at `flask forms check`. Nothing was deleted."
        )
    return {organisation: retentions[organisation]}


def _in_words(references: Sequence[str]) -> str:
    few = ", ".join(references[:20]) + (" …" if len(references) > 20 else "")
    return f"{len(references)} to purge ({few})" if references else "nothing to purge"


def _why_not(database: Database, organisation: str) -> str:
    kept = purging.unproven(database, organisation)
    return f"; {kept} stay until `flask destinations prove {organisation}`" if kept else ""
