"""`flask forms new`: a form made of what an organisation's own destination lists, ready to be edited."""

import os
from contextlib import closing
from pathlib import Path
from typing import Literal

import click

from gateway.cli import filing, opening
from gateway.definitions.loader import PROFILE_FILE, Organisation, judge_organisation, judge_slug
from gateway.definitions.writing import snapshot, written
from gateway.destinations import registry
from gateway.destinations.asking import Unsuitable, Wishes
from gateway.destinations.seam import CredentialsRefused, Destination, DestinationError, Misconfigured, Rejected
from gateway.destinations.suggesting import Suggestion
from gateway.settings import Settings, load_what_is_right

_TITLES = {"me": "Ask for support", "someone-else": "Refer somebody to us"}
_FIRST_FILE = """There is no {file}. Write it first, with your own name and numbers:

name: Riverside Carers
contact: {{phone: 01632 960123, email: help@riverside.example}}
privacy_notice: {{url: "https://riverside.example/privacy", version: 2026-05}}
charitylog:
  url: ${{CHARITYLOG_URL}}
  source: ${{CHARITYLOG_SOURCE}}
  org: ${{CHARITYLOG_ORG}}
  user: ${{CHARITYLOG_USER}}

Put the four values into .env, and type the command again. docs/forms.md says more."""
_Id = click.IntRange(min=0)


@click.command("new")
@click.argument("organisation")
@click.argument("form")
@click.option("--title", help="The heading of the form.")
@click.option(
    "--about", type=click.Choice(list(_TITLES)), default="me", show_default=True, help="Whom people write of."
)
@click.option("--all-fields", is_flag=True, help="Ask for all that can be asked; otherwise a short form.")
@click.option("--org-type", type=_Id, metavar="ID", help="What kind of person it is about.")
@click.option("--project", type=_Id, metavar="ID", help="The project; otherwise whoever imports a referral chooses.")
@click.option("--source", type=_Id, metavar="ID", help="The source that the External Referral Manager shows.")
@click.option("--role", type=_Id, metavar="ID", help="The role of the person; needed with --source.")
@click.option("--dry-run", is_flag=True, help="Print the form, and write nothing.")
def command(
    organisation: str,
    form: str,
    title: str | None,
    about: Literal["me", "someone-else"],
    org_type: int | None,
    project: int | None,
    source: int | None,
    role: int | None,
    *,
    all_fields: bool,
    dry_run: bool,
) -> None:
    """Make a new FORM for ORGANISATION of the fields and lists that its destination has; it asks for little."""
    settings = _settings()
    home = settings.organisations / organisation
    _refuse_names(home, organisation, form, may_be_there=dry_run)
    wishes = Wishes(
        title=(title or _TITLES[about]).strip() or _TITLES[about],
        about=about,
        everything=all_fields,
        org_type=org_type,
        project=project,
        source=source,
        role=role,
    )
    suggestion = _suggested(settings, organisation, wishes)
    if dry_run:
        click.echo(written(suggestion.draft), nl=False)
    else:
        _write(home, form, suggestion)
    for remark in suggestion.remarks:
        click.echo(remark, err=True)
    if not dry_run:
        click.echo(
            f"Now edit it, type `flask forms check`, then `flask forms preview {organisation} {form}`. When the web "
            "starts again everybody can see it, unless it says `open: false`."
        )


def _settings() -> Settings:
    """Take the settings that there are: like `forms check` this needs no key, no database and no mail."""
    return load_what_is_right()[0] or opening.settings()


def _refuse_names(home: Path, organisation: str, form: str, *, may_be_there: bool) -> None:
    file = _form_file(home, form)
    for problem in (*judge_organisation(organisation, home), *judge_slug(form, file)):
        raise click.ClickException(str(problem))
    if not (home / PROFILE_FILE).is_file():
        raise click.ClickException(_FIRST_FILE.format(file=home / PROFILE_FILE))
    if not may_be_there and os.path.lexists(file):
        raise click.ClickException(f"{file} is there already, and is left alone. Give the new form another name.")


def _form_file(home: Path, form: str) -> Path:
    return home / "forms" / f"{form}.yaml"


def _suggested(settings: Settings, slug: str, wishes: Wishes) -> Suggestion:
    found = opening.organisations(settings.organisations)[slug]
    destination = registry.build(found, registry.Limits.of(settings))
    if destination is None:
        raise click.ClickException(f"{slug} has something to correct first. Type `flask forms check`.")
    with closing(destination):
        return _asked(found, destination, wishes)


def _asked(organisation: Organisation, destination: Destination, wishes: Wishes) -> Suggestion:
    try:
        return registry.suggested(organisation, destination, wishes)
    except Unsuitable as problem:
        raise click.ClickException(str(problem)) from None
    except DestinationError as error:
        said = f"The destination of {organisation.slug} did not list its fields: {error.reason}."
        raise click.ClickException(f"{said} {_remedy(error)} Nothing was written.") from None


def _remedy(error: DestinationError) -> str:
    match error:
        case CredentialsRefused():
            return f"Correct the keys that {PROFILE_FILE} takes from the environment or .env."
        case Misconfigured():
            return f"Correct the address in {PROFILE_FILE} or .env: it ends in /v2."
        case Rejected():
            return "Ask whoever looks after it whether your user may read the fields of clients."
        case _:
            return "See that it runs and can be reached, then type the command again."


def _write(home: Path, form: str, suggestion: Suggestion) -> None:
    lists = {f"dictionaries/{name}.json": choices for name, choices in suggestion.dictionaries.items()}
    new = {name: snapshot(choices) for name, choices in lists.items() if not (home / name).exists()}
    file = _form_file(home, form)
    try:
        filing.put(home, {**new, file.relative_to(home).as_posix(): written(suggestion.draft)})
    except FileExistsError:
        raise click.ClickException(
            "Somebody made one of the files in the meantime. Nothing was written: look, then type the command again."
        ) from None
    for name in lists:
        click.echo(f"Wrote {home / name}." if name in new else f"Kept {home / name} as it was.")
    click.echo(f"Wrote {file}.")
