"""`flask forms`: judge definitions before anybody sees them. It needs no setting and no database."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli import opening
from gateway.definitions.export import schema_json
from gateway.definitions.fields import FileField
from gateway.definitions.loader import Organisation
from gateway.destinations.registry import BLOCKS


@click.group("forms")
def command() -> None:
    """Check form definitions and export their schema."""


@command.command("check")
@click.argument("folder", envvar="GATEWAY_ORGANISATIONS", default="organisations", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check every organisation in FOLDER; say file, place and remedy for each problem."""
    if not folder.is_dir():
        raise click.ClickException(f"There is no folder {folder}. Give the folder that holds the organisations.")
    found = opening.organisations(folder)
    if not found:
        raise click.ClickException(f"{folder} holds no organisation. Add a folder with an organisation.yaml.")
    problems = [problem for organisation in found.values() for problem in organisation.problems]
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} to correct.")
    for slug, organisation in found.items():
        click.echo(f"{slug}: {len(organisation.forms)} forms, all good.")
        for file, name in _not_asked_yet(organisation):
            click.echo(f"{file}: note: the question '{name}' takes a file, which this version does not ask for yet.")


def _not_asked_yet(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for slug, form in organisation.forms.items():
        for page in form.pages:
            for field in page.fields:
                if isinstance(field, FileField):
                    yield organisation.files[slug], field.name


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a form's file, for editors."""
    click.echo(json.dumps(schema_json(BLOCKS), indent=2, sort_keys=True))
