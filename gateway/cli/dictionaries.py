"""`flask dictionaries`: read now what each destination offers to choose from; the worker does it every hour."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import click

from gateway.cli import opening
from gateway.definitions.loader import Organisation
from gateway.delivery.reading import NOT_TAKEN, Outcome, Reading, Wanted
from gateway.destinations import registry
from gateway.destinations.seam import Destination


@click.group("dictionaries")
def command() -> None:
    """Read the lists that forms take their choices from."""


@command.command("refresh")
@click.argument("organisation", required=False)
@click.option("--accept", is_flag=True, help="Take a list even if most of its choices have gone.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def refresh(organisation: str | None, accept: bool, as_json: bool) -> None:
    """Read every dictionary that a form names, of ORGANISATION or of all; one that cannot be read stays as it was."""
    settings = opening.settings()
    database = opening.database(settings)
    organisations = opening.organisations(settings.organisations)
    if organisation is not None and organisation not in organisations:
        raise click.ClickException(f"There is no organisation {organisation} in {settings.organisations}.")
    limits = registry.Limits.of(settings)
    chosen = {slug: each for slug, each in organisations.items() if organisation in (None, slug)}
    destinations = {slug: found for slug, each in chosen.items() if (found := registry.build(each, limits))}
    wanted = wanted_of(chosen, destinations)
    reading = Reading(database, destinations, wanted, probe_every=timedelta(seconds=settings.pause_probe_seconds))
    outcomes = []
    for each in wanted:
        now = datetime.now(UTC)
        is_open = reading.is_open(each.organisation, now)
        outcome = reading.read(each, now=now, any_size=accept) if is_open else Outcome(each, problem=_SHUT)
        click.echo(json.dumps(_plain(outcome)) if as_json else _in_words(outcome))
        outcomes.append(outcome)
    for slug in sorted(set(chosen) - set(destinations)):
        click.echo(f"{slug}: closed, see `flask forms check`", err=True)
    if any(outcome.problem for outcome in outcomes) or set(chosen) != set(destinations):
        raise SystemExit(1)


_SHUT = "its destination is paused or cannot be reached: see `flask destinations status`"


def wanted_of(organisations: Mapping[str, Organisation], destinations: Mapping[str, Destination]) -> list[Wanted]:
    """List what is to be read: the dictionaries that forms name, and what the destination lists by itself."""
    found: list[Wanted] = []
    for slug, destination in destinations.items():
        snapshots = organisations[slug].dictionaries
        for name in sorted(organisations[slug].dictionaries_named):
            before = tuple((choice.value, str(choice.label)) for choice in snapshots.get(name, ()))
            found.append(Wanted(slug, name, before))
        found += [Wanted(slug, name, offered=False) for name in _beside(organisations[slug], destination)]
    return found


def _beside(organisation: Organisation, destination: Destination) -> list[str]:
    named = organisation.dictionaries_named
    return [name for name in destination.lists(organisation.forms) if name not in named]


def _plain(outcome: Outcome) -> dict[str, object]:
    change = outcome.change
    return {
        "organisation": outcome.wanted.organisation,
        "name": outcome.wanted.name,
        "version": change.version if change else None,
        "new": change.new if change else 0,
        "renamed": change.renamed if change else 0,
        "withdrawn": change.withdrawn if change else 0,
        "problem": outcome.problem or None,
    }


def _in_words(outcome: Outcome) -> str:
    place = f"{outcome.wanted.organisation} {outcome.wanted.name}"
    if outcome.change is None:
        hint = "; if that is meant, add --accept" if outcome.problem.endswith(NOT_TAKEN) else ""
        return f"{place}: not read: {outcome.problem}{hint}"
    change = outcome.change
    counts = {"new": change.new, "renamed": change.renamed, "withdrawn": change.withdrawn}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{place}: {told or 'as it was'} (version {change.version})"
