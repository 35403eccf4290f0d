"""`flask doctor`: is everything in order, and what is to be done about what is not."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.doctor.finding import State
from gateway.doctor.round import examine


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask no scanner, no mail server, no destination and no web.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def command(offline: bool, as_json: bool) -> None:
    """Look at everything that the gateway needs, and say what to do. Ends with 1 where something is wrong."""
    states: Counter[State] = Counter()
    for finding in examine(opening.organisations, now=datetime.now(UTC), offline=offline):
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else str(finding))
        states[finding.state] += 1
    if not as_json:
        click.echo(
            f"{states[State.OK]} in order, {states[State.LOOK]} to look at, {states[State.WRONG]} wrong", err=True
        )
    if states[State.WRONG]:
        raise SystemExit(1)
