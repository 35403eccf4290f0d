"""`flask users`: who may sign in. The first administrator of an organisation is made here, the rest may be invited."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from gateway.cli import opening
from gateway.identity import passwords
from gateway.identity.roles import STAFF, Role
from gateway.settings import Settings
from gateway.store import accounts, audit, people
from gateway.store.accounts import Account, AccountExists
from gateway.store.database import Database
from gateway.store.invitations import Link
from gateway.store.people import Deciding, Gone

_ROLES = click.Choice([each.value for each in STAFF])


@dataclass(frozen=True, slots=True)
class _Found:
    """An account that somebody named, and what is needed to do something with it."""

    settings: Settings
    database: Database
    account: Account


@click.group("users")
def command() -> None:
    """Say who may sign in."""


@command.command("add")
@click.argument("organisation")
@click.argument("email")
@click.option("--role", type=_ROLES, default="admin", show_default=True)
@click.password_option(help="Asked for, so that it stands in no history.")
def add(organisation: str, email: str, role: str, password: str) -> None:
    """Let EMAIL sign in as staff of ORGANISATION; the password is asked for."""
    settings = opening.served(organisation)
    if problem := passwords.problem(password, email):
        raise click.ClickException(problem)
    now = datetime.now(UTC)
    kept = passwords.hashed(password)
    try:
        with opening.database(settings).write() as connection:
            account = accounts.write(connection, email, password=kept, now=now)
            accounts.join(connection, account, organisation, Role(role), now=now)
            audit.write(
                connection, actor=audit.COMMAND_LINE, action="add user", organisation=organisation, detail=role, now=now
            )
    except AccountExists:
        raise click.ClickException(
            "Somebody has an account with this address already: see `flask users list`, or `flask users role`."
        ) from None
    click.echo(f"{accounts.folded(email)} may sign in at {settings.base_url}/staff/ as {role} of {organisation}.")


@command.command("list")
@click.option("--organisation", help="Of this one alone.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_users(organisation: str | None, as_json: bool) -> None:
    """List who may sign in, with their roles; never what proves them."""
    database = opening.database(opening.settings())
    found = accounts.everybody(database)
    for each in found:
        if organisation is None or organisation in each.memberships:
            click.echo(json.dumps(_plain(each)) if as_json else _line(each))


@command.command("invite")
@click.argument("organisation")
@click.argument("email")
@click.option("--role", type=_ROLES, default="operator", show_default=True)
def invite(organisation: str, email: str, role: str) -> None:
    """Print a link by which EMAIL joins the staff of ORGANISATION, once, within seven days."""
    settings = opening.served(organisation)
    database = opening.database(settings)
    there = accounts.find(database, email)
    if there and organisation in there.memberships:
        raise click.ClickException("They can sign in there already: change what they may do by `flask users role`.")
    with database.write() as connection:
        link = people.invite(connection, deciding(organisation), email, Role(role))
    print_link(settings, link)


@command.command("role")
@click.argument("organisation")
@click.argument("email")
@click.argument("role", type=click.Choice([*_ROLES.choices, "none"]))
def change_role(organisation: str, email: str, role: str) -> None:
    """Let EMAIL be ROLE of ORGANISATION from now on; `none` ends what they may do there."""
    opening.served(organisation)
    found = _found(email)
    try:
        with found.database.write() as connection:
            if role == "none":
                people.end_access(connection, deciding(organisation), found.account)
            else:
                people.give_role(connection, deciding(organisation), found.account.id, Role(role))
    except Gone:
        raise click.ClickException(f"They have no role at {organisation}, so there is nothing to end.") from None
    click.echo(f"{found.account.email} is {role} of {organisation} from now on.")


@command.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shut EMAIL out of every organisation, at once."""
    found = _found(email)
    with found.database.write() as connection:
        people.shut_out(connection, found.account, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
    click.echo(f"{found.account.email} is shut out. `flask users enable` lets them in again.")


@command.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL in again who was shut out."""
    found = _found(email)
    with found.database.write() as connection:
        people.let_in_again(connection, found.account, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
    click.echo(f"{found.account.email} may sign in again.")


@command.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a link by which EMAIL chooses a new password; the old one, second factor and sessions end now."""
    found = _found(email)
    if not found.account.memberships:
        raise click.ClickException("They have no role anywhere: invite them by `flask users invite`.")
    if found.account.disabled_at is not None:
        raise click.ClickException("They are shut out: let them in again by `flask users enable` first.")
    organisation, membership = sorted(found.account.memberships.items())[0]
    with found.database.write() as connection:
        ring = opening.key_ring(found.settings)
        link = people.let_choose(connection, deciding(organisation), ring, found.account, membership.role)
    print_link(found.settings, link)


def _found(email: str) -> _Found:
    settings = opening.settings()
    database = opening.database(settings)
    account = accounts.find(database, email)
    if account is None:
        raise click.ClickException("Nobody has an account with this address. Look at `flask users list`.")
    return _Found(settings, database, account)


def deciding(organisation: str) -> Deciding:
    """Give the command line as the one who decides for an organisation, now."""
    return Deciding(audit.COMMAND_LINE, organisation, datetime.now(UTC))


def print_link(settings: Settings, link: Link) -> None:
    """Print a link that is for somebody alone."""
    area = "partner" if link.leads_to.role is Role.PARTNER else "staff"
    click.echo(f"For {link.leads_to.email} alone, once, until {link.leads_to.expires_at:%Y-%m-%d}:", err=True)
    click.echo(f"{settings.base_url}/{area}/invitation/{link.secret}")


def _plain(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "id": account.id,
        "roles": {slug: each.role for slug, each in account.memberships.items()},
        "second_factor": account.sealed_secret is not None,
        "created_at": account.created_at.isoformat(),
        "signed_in_at": account.signed_in_at.isoformat() if account.signed_in_at else None,
        "disabled": account.disabled_at is not None,
    }


def _line(account: Account) -> str:
    roles = ", ".join(f"{each.role} of {slug}" for slug, each in sorted(account.memberships.items())) or "no role"
    seen = f"signed in {account.signed_in_at:%Y-%m-%d}" if account.signed_in_at else "never signed in"
    return f"{account.email}  {roles}  {seen}{'  SHUT OUT' if account.disabled_at else ''}"
