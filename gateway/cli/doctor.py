"""`flask doctor`: is everything in order, and what is to be done about what is not."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import opening
from gateway.doctor.finding import Finding, State
from gateway.doctor.report import page
from gateway.doctor.round import examine


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask no scanner, no mail server, no destination and no web.")
@click.option("--organisation", metavar="SLUG", help="Look at one organisation alone: its forms, destination, lists.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.html",
              help="Write a page to print too, by organisation and form.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def command(offline: bool, organisation: str | None, report: Path | None, as_json: bool) -> None:
    """Look at everything that the gateway needs, and say what to do. Ends with 1 where something is wrong."""
    now = datetime.now(UTC)
    findings: list[Finding] = []
    for finding in examine(opening.organisations, now=now, offline=offline, organisation=organisation):
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else str(finding))
        findings.append(finding)
    states = Counter(finding.state for finding in findings)
    if not as_json:
        click.echo(
            f"{states[State.OK]} in order, {states[State.LOOK]} to look at, {states[State.WRONG]} wrong", err=True
        )
    if report is not None:
        _write(report, page(findings, now=now, offline=offline))
    if states[State.WRONG]:
        raise SystemExit(1)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written ({error.strerror}). Choose another place.") from None
    click.echo(f"The page is in {file}.", err=True)
