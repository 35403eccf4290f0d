"""`flask destinations prove`: somebody looked whether the first accepted referral is there, and says what they saw."""

from datetime import UTC, datetime

import click

from gateway.cli import listing, opening
from gateway.destinations.direct import REFERRAL
from gateway.store import audit, proving, referrals
from gateway.store import destinations as standings
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.proving import Answer, NotAccepted, Numbers


@click.command("prove")
@click.argument("organisation")
@click.argument("reference", required=False)
@click.option("--yes", "seen", is_flag=True, help="It is there: its answer is the one to expect from now on.")
@click.option("--no", "missed", is_flag=True, help="It is not: send again what was accepted since, and pause.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def command(organisation: str, reference: str | None, seen: bool, missed: bool, dry_run: bool) -> None:
    """Say whether REFERENCE, or the one that was asked about, can be seen in the system of ORGANISATION."""
    if seen == missed:
        raise click.UsageError("Say --yes if you saw it there, or --no if you did not.")
    database = opening.database(opening.served(organisation))
    standing = standings.standings(database).get(organisation, Standing(organisation))
    if missed:
        _no(database, standing, reference, dry_run=dry_run)
    else:
        _yes(database, standing, reference, dry_run=dry_run)


def question(database: Database, standing: Standing) -> list[str]:
    """Ask what nobody has answered yet, with the exact commands that answer it; nothing where nothing is asked."""
    if standing.proven_at or not standing.asked_about or not standing.asked_at:
        return []
    accepted = f"It was accepted on {standing.asked_at:%Y-%m-%d at %H:%M} UTC."
    steps = {each.kind for each in referrals.tries(database, standing.asked_about)}
    where = "among your referrals" if REFERRAL in steps else "in the External Referral Manager"
    return [
        f"Do you see {standing.asked_about} {where}? {accepted}",
        f"If you do:     flask destinations prove {standing.organisation} --yes",
        f"If you do not: flask destinations prove {standing.organisation} --no",
    ]


def _yes(database: Database, standing: Standing, reference: str | None, *, dry_run: bool) -> None:
    answer = _answer(database, standing, reference)
    organisation = standing.organisation
    if dry_run:
        numbers = proving.numbers_of_yes(database, standing, answer)
        click.echo(f"{organisation} would be proven by {answer.reference}. Nothing was changed.")
    else:
        numbers = proving.yes(database, organisation, answer, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
        click.echo(f"{organisation} is proven: {answer.reference} was seen there.")
    for line in _what_follows(organisation, numbers, dry_run=dry_run):
        click.echo(line)


def _no(database: Database, standing: Standing, reference: str | None, *, dry_run: bool) -> None:
    if reference:
        raise click.UsageError("--no is about all that was accepted since the question: name no reference.")
    organisation, since = standing.organisation, standing.asked_at
    if since is None:
        raise click.ClickException(f"{organisation}: nothing was accepted yet, so nothing is asked.")
    if dry_run:
        count = proving.numbers_of_no(database, standing).again
        click.echo(
            f"{listing.count(count)} accepted since {since:%Y-%m-%d %H:%M} UTC would be sent again, each marked."
        )
        click.echo(f"{organisation} would be paused. Nothing was changed.")
        return
    count = proving.no(database, organisation, actor=audit.COMMAND_LINE, now=datetime.now(UTC)).again
    click.echo(f"{organisation} is not proven any more, and paused.")
    click.echo(f"{listing.count(count)} accepted since {since:%Y-%m-%d %H:%M} UTC will be sent again, each marked.")
    click.echo(
        f"Find out where they went: the address and the keys in organisation.yaml first. "
        f"Then: flask destinations resume {organisation}"
    )


def _answer(database: Database, standing: Standing, reference: str | None) -> Answer:
    wanted = reference.strip().upper() if reference else standing.asked_about
    if wanted is None:
        raise click.ClickException(f"{standing.organisation}: nothing was accepted yet, so nothing can be proven.")
    try:
        return proving.answer_of(database, standing.organisation, wanted)
    except NotAccepted:
        raise click.ClickException(
            f"{wanted} was never accepted by the destination of {standing.organisation}, so it proves nothing. "
            f"Name one that was: `flask referrals list --organisation {standing.organisation} --state delivered`."
        ) from None


def _what_follows(organisation: str, numbers: Numbers, *, dry_run: bool) -> list[str]:
    become = "would be" if dry_run else "now"
    lines = []
    if numbers.doubtful:
        lines.append(
            f"{listing.count(numbers.doubtful)} accepted by another answer, {become} unknown: look for each in the "
            f"case-management system (flask referrals list --organisation {organisation} --state unknown)."
        )
    if numbers.delivered:
        lines.append(f"{listing.count(numbers.delivered)} unknown only for this answer, {become} delivered.")
    return lines
