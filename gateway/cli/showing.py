"""`flask referrals show` and `answer`: where one stands, why, what to do now; and on purpose what was answered."""

import json
from datetime import UTC, datetime

import click

from gateway.cli import listing, opening
from gateway.destinations.direct import CLIENT, REFERRAL, RELATIONSHIP
from gateway.forms.typed import displayable
from gateway.keys import KeyMissing, SealBroken
from gateway.remedies import what_to_do
from gateway.store import answers, audit, destinations, referrals, timeline
from gateway.store.database import Database
from gateway.store.referrals import Listed, Tried
from gateway.store.sending import STAGE
from gateway.store.states import ReferralState

WAITING = (ReferralState.PENDING, ReferralState.UNKNOWN)


@click.command("show")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="One object.")
def show(reference: str, as_json: bool) -> None:
    """Show where one referral stands, why, every try, and what to do now."""
    database = opening.database(opening.settings())
    listed = opening.referral(database, reference)
    tries = referrals.tries(database, listed.reference)
    waits = timeline.origin(database, listed.reference).next_try_at is None
    remedy = what_to_do(listed.reference, listed.state, listed.reason, waits=waits)
    if as_json:
        told = {**listing.plain(listed), "tries": [listing.plain(each) for each in tries], "what_to_do": remedy}
        click.echo(json.dumps(told))
        return
    click.echo(listing.line(listed))
    if listed.corrections:
        click.echo(f"  corrected {'once' if listed.corrections == 1 else f'{listed.corrections} times'}")
    first = f"{CLIENT}: " if {each.kind for each in tries} & {CLIENT, RELATIONSHIP, REFERRAL} else ""
    for number, each in enumerate(tries, start=1):
        click.echo(f"  {number}. {_try_in_words(each, first)}")
    if paused := _pause(database, listed):
        click.echo(f"  {paused}")
    click.echo(f"  What to do: {remedy}")


@click.command("answer")
@click.argument("reference")
def answer(reference: str) -> None:
    """Show what the destination answered last, word for word: it may name a person, so the audit trail notes it."""
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    listed = opening.referral(database, reference)
    audit.note(
        database,
        actor=audit.COMMAND_LINE,
        action="read answer",
        reference=listed.reference,
        detail="the last answer of the destination",
        now=datetime.now(UTC),
    )
    try:
        found = answers.last(database, ring, listed.reference)
    except (KeyMissing, SealBroken):
        raise click.ClickException(
            f"The answer to {listed.reference} cannot be opened: its key is not in GATEWAY_KEYS, or it was changed."
        ) from None
    if found is None:
        raise click.ClickException(f"No answer to {listed.reference} was kept: there was none, or it was purged.")
    status = f", answered {found.status}" if found.status else ""
    click.echo(f"{found.ended_at:%Y-%m-%d %H:%M:%S}  {found.outcome}{status}", err=True)
    # Whatever was answered, it may not command the terminal.
    click.echo(displayable(found.body.decode("utf-8", "replace")))


def _pause(database: Database, listed: Listed) -> str:
    standing = destinations.standings(database).get(listed.organisation)
    if standing is None or standing.paused_at is None or listed.state not in WAITING:
        return ""
    return f"{listed.organisation} is paused ({standing.pause_reason}): see flask destinations status"


def _try_in_words(tried: Tried, first: str) -> str:
    kind = first if tried.kind == STAGE else f"{tried.kind}: "
    ended = (tried.outcome or "").removeprefix(f"{tried.kind} ") if tried.ended_at else "under way"
    status = f", answered {tried.status}" if tried.status else ""
    version = f", version {tried.payload}" if tried.payload > 1 else ""
    marked = ", marked as a possible repeat" if tried.marked else ""
    return f"{tried.started_at:%Y-%m-%d %H:%M:%S}  {kind}{ended}{status}{version}{marked}"
