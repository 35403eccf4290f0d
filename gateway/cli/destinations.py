"""`flask destinations`: how each destination stands; pause it, or let it go on."""

import json
from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.settings import Settings
from gateway.store import destinations as standings
from gateway.store.destinations import Standing


@click.group("destinations")
def command() -> None:
    """Look at destinations; pause and resume them."""


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def status(as_json: bool) -> None:
    """Show how each destination stands."""
    settings = opening.settings()
    known = standings.standings(opening.database(settings))
    for slug in sorted({*opening.organisations(settings.organisations), *known}):
        standing = known.get(slug, Standing(slug))
        click.echo(json.dumps(_plain(standing)) if as_json else f"{slug}: {_in_words(standing)}")


@command.command("pause")
@click.argument("organisation")
def pause(organisation: str) -> None:
    """Send nothing to ORGANISATION's destination until it is resumed. Referrals are still taken and kept."""
    with opening.database(_known(organisation)).write() as connection:
        standings.pause(connection, organisation, reason="paused by a person", now=datetime.now(UTC))
    click.echo(f"{organisation} is paused.")


@command.command("resume")
@click.argument("organisation")
def resume(organisation: str) -> None:
    """Send to ORGANISATION's destination again."""
    with opening.database(_known(organisation)).write() as connection:
        standings.resume(connection, organisation)
    click.echo(f"{organisation} goes on.")


def _known(organisation: str) -> Settings:
    settings = opening.settings()
    if organisation not in opening.organisations(settings.organisations):
        raise click.ClickException(f"There is no organisation {organisation} in {settings.organisations}.")
    return settings


def _plain(standing: Standing) -> dict[str, object]:
    return {
        "organisation": standing.organisation,
        "proven": standing.proven_at is not None,
        "paused_at": standing.paused_at.isoformat() if standing.paused_at else None,
        "reason": standing.pause_reason,
        "probe_at": standing.probe_at.isoformat() if standing.probe_at else None,
    }


def _in_words(standing: Standing) -> str:
    proven = "proven" if standing.proven_at else "not proven yet"
    if standing.paused_at is None:
        return f"going, {proven}"
    since = f"{standing.paused_at:%Y-%m-%d %H:%M} UTC"
    next_look = f"it is asked again at {standing.probe_at:%H:%M} UTC" if standing.probe_at else "it waits for `resume`"
    return f"paused since {since} ({standing.pause_reason}); {next_look}; {proven}"
