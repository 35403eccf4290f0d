"""`flask agencies`: who refers again and again to an organisation. An administrator does the same in the console."""

import json

import click

from gateway.cli import opening
from gateway.cli.users import deciding, print_link
from gateway.identity.roles import Role
from gateway.store import accounts, agencies, people
from gateway.store.agencies import Agency
from gateway.store.database import Database


@click.group("agencies")
def command() -> None:
    """Say which agencies refer to an organisation."""


@command.command("add")
@click.argument("organisation")
@click.argument("name")
def add(organisation: str, name: str) -> None:
    """Make the agency NAME of ORGANISATION."""
    database = opening.database(opening.served(organisation))
    if _folded(name) in {_folded(each.name) for each in _open(database, organisation)}:
        raise click.ClickException(f"There is an agency {name} already.")
    with database.write() as connection:
        made = agencies.add(connection, deciding(organisation), name)
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
    found = named(database, organisation, agency)
    there = accounts.find(database, email)
    if there and organisation in there.memberships:
        raise click.ClickException("They can sign in there already: nobody is staff and partner, or of two agencies.")
    with database.write() as connection:
        link = people.invite(connection, deciding(organisation), email, Role.PARTNER, agency=found.id)
    print_link(settings, link)


@command.command("end")
@click.argument("organisation")
@click.argument("agency")
@click.confirmation_option(prompt="Its people, invitations, tokens and drafts are gone at once. End it?")
def end(organisation: str, agency: str) -> None:
    """End AGENCY at once; what it has sent goes on."""
    database = opening.database(opening.served(organisation))
    found = named(database, organisation, agency)
    with database.write() as connection:
        agencies.end(connection, deciding(organisation), found.id)
    click.echo(f"{found.name} has ended.")


def named(database: Database, organisation: str, wanted: str) -> Agency:
    """Find an agency that has not ended by its name or its id, or end the command."""
    known = _open(database, organisation)
    found = [each for each in known if each.id == wanted or _folded(each.name) == _folded(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(each.id for each in found)
        raise click.ClickException(f"Several agencies have this name. Say which by its id: {ids}.")
    names = ", ".join(each.name for each in known)
    there_are = f"There are: {names}." if names else "Make it by `flask agencies add`."
    raise click.ClickException(f"{organisation} has no agency {wanted}. {there_are}")


def _open(database: Database, organisation: str) -> list[Agency]:
    return [each for each in agencies.listed(database, organisation) if each.ended_at is None]


def _folded(name: str) -> str:
    return name.strip().casefold()
