"""`flask audit`: who did what, and whether the trail of it is as it was."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from gateway.cli import opening
from gateway.store import trail
from gateway.store.trail import Entry


@click.group("audit")
def command() -> None:
    """Read the audit trail, and check that nobody changed it."""


@command.command("list")
@click.option("--organisation", help="Only what concerns this one.")
@click.option("--reference", help="Only what concerns this referral.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_(organisation: str | None, reference: str | None, limit: int, as_json: bool) -> None:
    """List who did what, the newest first; never an answer."""
    database = opening.database(opening.settings())
    wanted = reference.strip().upper() if reference else None
    for entry in trail.entries(database, organisation=organisation, reference=wanted, limit=limit):
        click.echo(json.dumps(asdict(entry) | {"at": entry.at.isoformat()}) if as_json else _line(entry))


@command.command("verify")
@click.argument("digest", required=False)
def verify(digest: str | None) -> None:
    """Go through the whole trail and compare it with its heads; DIGEST is one that stood in a mail."""
    database = opening.database(opening.settings())
    if (broken := trail.broken(database)) is not None:
        raise click.ClickException(
            f"The trail is not as it was at {broken.made_at:%Y-%m-%d %H:%M} UTC, when it had {broken.entries} entries: "
            "somebody has changed or deleted one, or restored another backup."
        )
    found = trail.advance(database, datetime.now(UTC)) or trail.newest(database)
    if digest and not trail.has(database, digest.strip().lower()):
        raise click.ClickException("The trail holds together, but never had this head: it is another trail.")
    if found is None:
        click.echo(
            f"Nothing to compare yet: an entry counts once it is {trail.SETTLED // timedelta(minutes=1)} minutes old."
        )
    else:
        click.echo(f"{found.entries} entries, as they were written; head {found.digest}")


def _line(entry: Entry) -> str:
    what = "  ".join(each for each in (entry.action, entry.reference, entry.organisation, entry.detail) if each)
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {what}"
