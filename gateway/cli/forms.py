"""`flask forms`: make definitions, judge them before anybody sees them, and try them. Judging needs no database."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.cli import forms_new, opening
from gateway.definitions.checks import find_untranslated
from gateway.definitions.export import schema_json
from gateway.definitions.loader import Organisation
from gateway.destinations.judging import BLOCKS
from gateway.languages import ENGLISH, spoken
from gateway.web.trials import PURPOSE, TRY, Mode, Trials


@click.group("forms")
def command() -> None:
    """Make forms, check their definitions, try them, and export their schema."""


command.add_command(forms_new.command)


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
        forms = "1 form" if len(organisation.forms) == 1 else f"{len(organisation.forms)} forms"
        click.echo(f"{slug}: {forms}, all good.")
        for note in _languages(organisation):
            click.echo(note)


def _languages(organisation: Organisation) -> Iterator[str]:
    languages = organisation.profile.languages if organisation.profile else ()
    for language in languages:
        if spoken(language) == ENGLISH != language.partition("-")[0]:
            yield (
                f"{organisation.files['']}: note: languages: the gateway's own sentences are not in {language!r} yet. "
                "People read them in English."
            )
    for slug, model in {"": organisation.profile, **organisation.forms}.items():
        for path, message in find_untranslated(model, languages) if model else ():
            yield f"{organisation.files[slug]}: note: {path}: {message}"


@command.command("preview")
@click.argument("organisation")
@click.argument("form")
@click.option("--deliver", is_flag=True, help="Carry what is sent to the destination, marked as a test.")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How long the link works.")
def preview(organisation: str, form: str, *, deliver: bool, days: int) -> None:
    """Print a link by which ORGANISATION's FORM can be tried, also before it is open."""
    settings = opening.settings()
    _refuse_unknown(settings.organisations, organisation, form)
    trials = Trials(opening.key_ring(settings).secrets(PURPOSE))
    until = datetime.now(UTC) + timedelta(days=days)
    link = trials.invite(organisation, form, Mode.DESTINATION if deliver else Mode.NOWHERE, until)
    click.echo(f"{settings.base_url}/{organisation}/{form}?{TRY}={link}")


def _refuse_unknown(folder: Path, organisation: str, form: str) -> None:
    found = opening.organisations(folder).get(organisation)
    if found is None:
        raise click.ClickException(f"There is no organisation {organisation} in {folder}.")
    if found.closed:
        raise click.ClickException(f"{organisation} has something to correct. Type `flask forms check`.")
    if form not in found.forms:
        raise click.ClickException(f"{organisation} has no form {form}, but {', '.join(sorted(found.forms))}.")


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a form's file, for editors."""
    click.echo(json.dumps(schema_json(BLOCKS), indent=2, sort_keys=True))
