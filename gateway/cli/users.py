"""`flask users`: who may sign in. The first administrator of an organisation is made here, the rest may be invited."""

from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.identity import passwords
from gateway.identity.roles import STAFF, Role
from gateway.store import accounts, audit
from gateway.store.accounts import AccountExists


@click.group("users")
def command() -> None:
    """Say who may sign in."""


@command.command("add")
@click.argument("organisation")
@click.argument("email")
@click.option("--role", type=click.Choice([each.value for each in STAFF]), default="admin", show_default=True)
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
        raise click.ClickException("Somebody has an account with this address already.") from None
    click.echo(f"{accounts.folded(email)} may sign in at {settings.base_url}/staff/ as {role} of {organisation}.")
