"""`flask referrals retry`: `resend` for many at once, after every limit was reached."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from gateway.cli import listing, opening
from gateway.store import audit, destinations, jobs, referrals, retrying
from gateway.store.database import Database
from gateway.store.referrals import Listed
from gateway.store.retrying import RETRIED, STUCK, batches
from gateway.store.states import ReferralState

DAY = click.DateTime(["%Y-%m-%d"])
WHY_NOT = {
    ReferralState.HELD: "it is held: `flask referrals settle {reference} release` lets it through",
    ReferralState.SENDING: "it is being sent right now",
    ReferralState.DELIVERED: "it is delivered. Is it not there? See `flask destinations prove`",
    ReferralState.CLOSED: "it is closed",
}


@click.command("retry")
@click.argument("references", nargs=-1)
@click.option("--organisation", help="Only of this one.")
@click.option("--form", help="Only of this form.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in RETRIED]),
    help="Only in this state; unknown and failed unless said otherwise.",
)
@click.option("--since", type=DAY, help="Only those sent to us on this day or later.")
@click.option("--until", type=DAY, help="Only those sent to us on this day or earlier.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the oldest first.")
@click.option("--dry-run", is_flag=True, help="Only say which.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    references: tuple[str, ...],
    organisation: str | None,
    form: str | None,
    states: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send REFERENCES again, or all that fit, with all their waiting times fresh."""
    settings = opening.settings()
    database = opening.database(settings)
    opening.heard_of(settings, database, organisation)
    opening.heard_of_form(settings, database, organisation, form)
    if references:
        if organisation or form or states or since or until or limit:
            raise click.UsageError("Name references, or say which by options: not both.")
        chosen = _named(database, references)
    else:
        chosen = referrals.listed(
            database,
            organisation=organisation,
            form=form,
            states=states or STUCK,
            since=_start(since),
            before=_start(until, days=1),
            limit=limit,
            oldest_first=True,
        )
    if not chosen:
        click.echo("There is nothing to send again.")
        return
    _tell(database, chosen)
    if dry_run:
        for each in chosen:
            click.echo(f"  {each.reference}  {each.organisation}/{each.form}  {each.state}  ({each.reason or '-'})")
        click.echo("Nothing was changed.")
        return
    if not yes:
        click.confirm(f"Send {listing.count(len(chosen))} again?", abort=True, err=True)
    _retry(database, chosen)


def _named(database: Database, references: Sequence[str]) -> list[Listed]:
    found = {each.reference: each for each in (opening.referral(database, reference) for reference in references)}
    for each in found.values():
        if each.state not in RETRIED:
            why_not = WHY_NOT[ReferralState(each.state)].format(reference=each.reference)
            click.echo(f"{each.reference} stays as it is: {why_not}.", err=True)
    return [each for each in found.values() if each.state in RETRIED]


def _tell(database: Database, chosen: Sequence[Listed]) -> None:
    """Say how many there are, what of them may be there already, and where they would still wait."""
    counts = Counter((each.organisation, each.state) for each in chosen)
    for (organisation, state), count in sorted(counts.items()):
        click.echo(f"{organisation}: {count} {state}")
    doubtful = 0
    for some in batches([each.reference for each in chosen]):
        with database.read() as connection:
            doubtful += len(jobs.may_have_arrived(connection, some))
    if doubtful:
        click.echo(f"{listing.count(doubtful)} may have arrived already: each begins with `Possible repeat of …`.")
    for slug, standing in sorted(destinations.standings(database).items()):
        if standing.paused_at and any(each.organisation == slug for each in chosen):
            click.echo(f"{slug} is paused ({standing.pause_reason}): they wait until it goes on.")


def _retry(database: Database, chosen: Sequence[Listed]) -> None:
    done = 0
    for some in batches([each.reference for each in chosen]):
        moved = retrying.send(database, some, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
        done += len(moved)
        for reference in some:
            if reference not in moved:
                now = opening.referral(database, reference)
                click.echo(f"{reference} has moved meanwhile and stays as it is: {now.state}.", err=True)
    click.echo(f"{listing.count(done)} {'is' if done == 1 else 'are'} due now.")


def _start(day: datetime | None, *, days: int = 0) -> datetime | None:
    return day.replace(tzinfo=UTC) + timedelta(days=days) if day else None
