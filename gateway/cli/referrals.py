"""`flask referrals`: what is on its way, what happened to it, and what a person decides. Never an answer."""

import json
from datetime import UTC, datetime

import click

from gateway.cli import attaching, correcting, listing, opening, purging, referral_files, retrying, showing, subjects
from gateway.store import audit, referrals, settlements
from gateway.store.referrals import StateMoved
from gateway.store.settlements import SETTLEMENTS
from gateway.store.states import ReferralState


@click.group("referrals")
def command() -> None:
    """List referrals, look at one, settle what a person must decide."""


for _each in (
    showing.show,
    showing.answer,
    referral_files.command,
    attaching.command,
    purging.command,
    retrying.command,
    correcting.command,
    subjects.find,
    subjects.export,
    subjects.erase,
):
    command.add_command(_each)


@command.command("list")
@click.option("--organisation", help="Only this one.")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in ReferralState]))
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_(organisation: str | None, states: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """List referrals, the newest first."""
    settings = opening.settings()
    database = opening.database(settings)
    opening.heard_of(settings, database, organisation)
    for listed in referrals.listed(database, organisation=organisation, states=states, limit=limit):
        click.echo(json.dumps(listing.plain(listed)) if as_json else listing.line(listed))


@command.command("settle")
@click.argument("reference")
@click.argument("decision", type=click.Choice(list(SETTLEMENTS)))
def settle(reference: str, decision: str) -> None:
    """Settle REFERENCE: it arrived; resend it; it was delivered by-hand; close it; release it from being held.

    To reopen it undoes what a person decided by mistake.
    """
    database = opening.database(opening.settings())
    listed = opening.referral(database, reference)
    try:
        settled = settlements.settle(
            database, listed.reference, decision, actor=audit.COMMAND_LINE, now=datetime.now(UTC)
        )
    except StateMoved:
        states = " or ".join(SETTLEMENTS[decision].leaving)
        states += f", because {' or '.join(undone)}" if (undone := SETTLEMENTS[decision].undoes) else ""
        raise click.ClickException(
            f"{listed.reference} is {listed.state}; `{decision}` is for one that is {states}."
        ) from None
    click.echo(f"{listed.reference} is {settled.to} now.")
