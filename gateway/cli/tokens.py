"""`flask tokens`: by which an agency's own software may call the partner API."""

import json
from datetime import UTC, datetime, timedelta

import click

from gateway.cli import opening
from gateway.cli.agencies import named
from gateway.cli.users import deciding
from gateway.store import api_tokens
from gateway.store.api_tokens import Token


@click.group("tokens")
def command() -> None:
    """Let software of agencies call the partner API."""


@command.command("add")
@click.argument("organisation")
@click.argument("agency")
@click.option("--form", "forms", multiple=True, help="May be repeated; without it, all forms that are for partners.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it is good.")
@click.option("--name", required=True, help="What it is for, as lists show it.")
def add(organisation: str, agency: str, forms: tuple[str, ...], days: int, name: str) -> None:
    """Make a token for an AGENCY of ORGANISATION, by its name or id; it is shown once."""
    settings = opening.served(organisation)
    known = opening.organisations(settings.organisations)[organisation].forms
    if unknown := [form for form in forms if form not in known]:
        raise click.ClickException(f"There is no form {unknown[0]}. There are: {', '.join(sorted(known))}.")
    if not forms and not any(form.audience == "partner" for form in known.values()):
        raise click.ClickException("No form is for partners: say which it may send by --form.")
    if not name.strip() or len(name) > 100:
        raise click.ClickException("Say in --name what it is for, in 100 characters or fewer.")
    database, now = opening.database(settings), datetime.now(UTC)
    found = named(database, organisation, agency)
    until = now + timedelta(days=days)
    with database.write() as connection:
        text = api_tokens.add(connection, deciding(organisation), found.id, name.strip(), forms=forms, expires_at=until)
    click.echo(f"{found.name} may call until {until:%Y-%m-%d}. It is shown this once:", err=True)
    click.echo(text)


@command.command("list")
@click.argument("organisation")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def listed(organisation: str, as_json: bool) -> None:
    """List the tokens of ORGANISATION's agencies, the newest first."""
    database, now = opening.database(opening.served(organisation)), datetime.now(UTC)
    for each in api_tokens.listed(database, organisation):
        click.echo(json.dumps(_plain(each, now)) if as_json else _line(each, now))


@command.command("end")
@click.argument("organisation")
@click.argument("token")
def end(organisation: str, token: str) -> None:
    """End a TOKEN of ORGANISATION by its id, at once."""
    with opening.database(opening.served(organisation)).write() as connection:
        ended = api_tokens.end(connection, deciding(organisation), token)
    if not ended:
        raise click.ClickException("There is no such token that could be ended: see `flask tokens list`.")
    click.echo("It has ended.")


def _stands(token: Token, now: datetime) -> str:
    if token.is_good(now):
        return "good"
    return "ended" if token.ended_at else "over"


def _line(token: Token, now: datetime) -> str:
    used = f"used {token.used_at:%Y-%m-%d %H:%M}" if token.used_at else "never used"
    forms = ", ".join(token.forms) or "all for partners"
    return (
        f"{token.id}  {_stands(token, now)}  until {token.expires_at:%Y-%m-%d}  {token.agency_name}  {token.name}  "
        f"({forms}; {used})"
    )


def _plain(token: Token, now: datetime) -> dict[str, object]:
    return {
        "id": token.id,
        "agency": token.agency_name,
        "name": token.name,
        "forms": list(token.forms),
        "stands": _stands(token, now),
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "used_at": token.used_at.isoformat() if token.used_at else None,
        "ended_at": token.ended_at.isoformat() if token.ended_at else None,
    }
