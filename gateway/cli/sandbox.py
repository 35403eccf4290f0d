"""`flask sandbox`: a stand-in for Charitylog on this machine. It needs no setting."""

from typing import get_args

import click

from gateway.sandbox import Profile, create_sandbox, serve


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, help="The port to listen on.")
@click.option("--database", default=":memory:", show_default=True, help="A file that keeps what was sent.")
@click.option(
    "--source", default="sandbox-source", envvar="CHARITYLOG_SOURCE", show_default=True, help="The Source key."
)
@click.option("--org", default="sandbox-org", envvar="CHARITYLOG_ORG", show_default=True, help="The Org key.")
@click.option("--user", default="sandbox-user", envvar="CHARITYLOG_USER", show_default=True, help="The User key.")
@click.option(
    "--profile", type=click.Choice(get_args(Profile)), default="any", show_default=True,
    help="Whose minimum of fields an external referral needs.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Refuse fields that are in no list.")
def command(
    host: str, port: int, database: str, source: str, org: str, user: str, profile: Profile, *, strict: bool
) -> None:
    """Run a stand-in for Charitylog, with its External Referral Manager."""
    try:
        app = create_sandbox(
            source=source, org=org, user=user, database=database, profile=profile, strict=strict
        )  # fmt: skip
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Sandbox: http://{host}:{port}/external-referral-manager", err=True)
    serve(app, host, port)
