"""`flask agencies`: who refers again and again to an organisation. An administrator does the same in the console."""

import json
from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.cli.users import print_link
from gateway.identity.roles import Role
from gateway.store import accounts, agencies, audit, people
from gateway.store.agencies import Agency
from gateway.store.database import Database
from gateway.store.people import Deciding


@click.group("agencies")
def command() -> None:
    """Say which agencies refer to an organisation."""


@command.command("add")
@click.argument("organisation")
@click.argument("name")
def add(organisation: str, name: str) -> None:
    """Make the agency NAME of ORGANISATION."""
    database = opening.database(opening.served(organisation))
    if _open(database, organisation, name):
        raise click.ClickException(f"There is an agency {name} already.")
    with database.write() as connection:
        made = agencies.add(connection, _deciding(organisation), name)
    click.echo(f"{name} is an agency of {organisation} ({made}). Invite its people by `flask agencies invite`.")


@command.command("list")
@click.argument("organisation")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_agencies(organisation: str, as_json: bool) -> None:
    """List the agencies of ORGANISATION and their people."""
    database = opening.database(opening.served(organisation))
    for each in agencies.listed(database, organisation):
        emails = [person.email for person in agencies.people(database, each.id)]
        if as_json:
            ended = each.ended_at.isoformat() if each.ended_at else None
            told = {"id": each.id, "name": each.name, "created_at": each.created_at.isoformat(), "ended_at": ended}
            click.echo(json.dumps({**told, "people": emails}))
        else:
            state = f"ended {each.ended_at:%Y-%m-%d}" if each.ended_at else ", ".join(emails) or "nobody yet"
            click.echo(f"{each.name}  {state}")


@command.command("invite")
@click.argument("organisation")
@click.argument("agency")
@click.argument("email")
def invite(organisation: str, agency: str, email: str) -> None:
    """Print a link by which EMAIL joins AGENCY, once, within seven days."""
    settings = opening.served(organisation)
    database = opening.database(settings)
    found = _named(database, organisation, agency)
    there = accounts.find(database, email)
    if there and organisation in there.memberships:
        raise click.ClickException("They can sign in there already: nobody is staff and partner, or of two agencies.")
    with database.write() as connection:
        link = people.invite(connection, _deciding(organisation), email, Role.PARTNER, agency=found.id)
    print_link(settings, link)


@command.command("end")
@click.argument("organisation")
@click.argument("agency")
@click.confirmation_option(prompt="Its people, invitations, tokens and drafts are gone at once. End it?")
def end(organisation: str, agency: str) -> None:
    """End AGENCY at once; what it has sent goes on."""
    database = opening.database(opening.served(organisation))
    found = _named(database, organisation, agency)
    with database.write() as connection:
        agencies.end(connection, _deciding(organisation), found.id)
    click.echo(f"{found.name} has ended.")


def _named(database: Database, organisation: str, agency: str) -> Agency:
    found = _open(database, organisation, agency)
    if found is None:
        raise click.ClickException(f"There is no agency {agency}. Look at `flask agencies list {organisation}`.")
    return found


def _open(database: Database, organisation: str, agency: str) -> Agency | None:
    """Find an agency that has not ended by its name, or by its id."""
    named = (each for each in agencies.listed(database, organisation) if each.ended_at is None)
    return next((each for each in named if agency == each.id or agency.casefold() == each.name.casefold()), None)


def _deciding(organisation: str) -> Deciding:
    return Deciding(audit.COMMAND_LINE, organisation, datetime.now(UTC))
