"""`flask destinations`: how each destination stands; prove it, pause it, or let it go on."""

import json
from datetime import UTC, datetime

import click

from gateway.cli import opening, proving
from gateway.store import audit, pausing, watching
from gateway.store import destinations as standings
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.states import ReferralState

ON_THEIR_WAY = (ReferralState.PENDING, ReferralState.UNKNOWN)


@click.group("destinations")
def command() -> None:
    """Look at destinations; prove, pause and resume them."""


command.add_command(proving.command)


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def status(as_json: bool) -> None:
    """Show how each destination stands, and what is asked of you."""
    settings = opening.settings()
    database = opening.database(settings)
    known = standings.standings(database)
    waiting = _waiting(database)
    served = opening.organisations(settings.organisations)
    for slug in sorted({*served, *known}):
        standing = known.get(slug, Standing(slug))
        if as_json:
            click.echo(json.dumps(_plain(standing, waiting.get(slug, {}))))
            continue
        click.echo(f"{slug}: {_in_words(standing)}; {_waits(waiting.get(slug, {}))}")
        if slug not in served:
            click.echo(f"  Its folder is gone from {settings.organisations}: nothing is sent there, and nothing asked.")
            continue
        for line in proving.question(database, standing):
            click.echo(f"  {line}")


@command.command("pause")
@click.argument("organisation")
def pause(organisation: str) -> None:
    """Send nothing to ORGANISATION's destination until it is resumed. Referrals are still taken and kept."""
    database, now = opening.database(opening.served(organisation)), datetime.now(UTC)
    pausing.pause(database, organisation, actor=audit.COMMAND_LINE, now=now)
    click.echo(f"{organisation} is paused: {_waits(_waiting(database).get(organisation, {}))}.")


@command.command("resume")
@click.argument("organisation")
def resume(organisation: str) -> None:
    """Send to ORGANISATION's destination again."""
    database, now = opening.database(opening.served(organisation)), datetime.now(UTC)
    pausing.resume(database, organisation, actor=audit.COMMAND_LINE, now=now)
    waiting = _waiting(database).get(organisation, {})
    click.echo(f"{organisation} goes on: {_waits(waiting)}.")
    if waiting.get(ReferralState.FAILED):
        click.echo(f"To send again what failed: flask referrals retry --organisation {organisation} --state failed")


def _waiting(database: Database) -> dict[str, dict[ReferralState, int]]:
    waiting: dict[str, dict[ReferralState, int]] = {}
    for queued in watching.queue(database):
        waiting.setdefault(queued.organisation, {})[queued.state] = queued.count
    return waiting


def _waits(waiting: dict[ReferralState, int]) -> str:
    told = [f"{waiting[state]} {state}" for state in (*ON_THEIR_WAY, ReferralState.FAILED) if waiting.get(state)]
    return ", ".join(told) if told else "nothing waits"


def _plain(standing: Standing, waiting: dict[ReferralState, int]) -> dict[str, object]:
    return {
        "organisation": standing.organisation,
        "proven": standing.proven_at is not None,
        "asked_about": standing.asked_about,
        "paused_at": standing.paused_at.isoformat() if standing.paused_at else None,
        "reason": standing.pause_reason,
        "probe_at": standing.probe_at.isoformat() if standing.probe_at else None,
        "waiting": waiting,
    }


def _in_words(standing: Standing) -> str:
    proven = "proven" if standing.proven_at else "not proven yet"
    if standing.paused_at is None:
        return f"going, {proven}"
    since = f"{standing.paused_at:%Y-%m-%d %H:%M} UTC"
    next_look = f"it is asked again at {standing.probe_at:%H:%M} UTC" if standing.probe_at else "it waits for `resume`"
    return f"paused since {since} ({standing.pause_reason}); {next_look}; {proven}"
