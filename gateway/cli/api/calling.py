"""One call to the API of an organisation, by its organisation.yaml and the environment: no database is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from gateway.charitylog import Answer, Client
from gateway.cli import opening
from gateway.cli.api.refusals import in_plain_words
from gateway.definitions.loader import Organisation
from gateway.destinations import registry

_NEEDED = ("organisations", "connect_timeout_seconds", "read_timeout_seconds", "lease_seconds")

Send = Callable[[Client], Answer]


@dataclass(frozen=True)
class How:
    """Whose API is called, and how its answer is shown."""

    organisation: str | None
    as_json: bool
    raw: bool


class Held(Exception):
    """A request that was ready, and did not go out."""

    def __init__(self, method: str, address: str) -> None:
        super().__init__("not sent")
        self.method = method
        self.address = address


def options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all of these have; their values are its first parameter."""

    @click.option("--organisation", metavar="NAME", help="Whose Charitylog; may be left out where there is only one.")
    @click.option("--json", "as_json", is_flag=True, help="One object a line.")
    @click.option("--raw", is_flag=True, help="What was answered, as it came, and also where it is an error.")
    @wraps(function)
    def run(*, organisation: str | None, as_json: bool, raw: bool, **typed: object) -> None:
        if as_json and raw:
            raise click.UsageError("Say --json or --raw, not both.")
        function(How(organisation, as_json, raw), **typed)

    return run


def read(how: How, send: Send) -> Answer:
    """Make a call that changes nothing, or end the command with what to do."""
    slug, client = _client(how, None)
    with in_plain_words(slug, raw=how.raw, changes=False):
        return send(client)


def write(how: How, send: Send, *, yes: bool) -> Answer:
    """Make a call that changes something, or end the command with what to do; without `yes` raise Held instead."""
    slug, client = _client(how, None if yes else _hold)
    with in_plain_words(slug, raw=how.raw, changes=True):
        return send(client)


def _hold(method: str, address: str) -> None:
    raise Held(method, address)


def _client(how: How, before: Callable[[str, str], None] | None) -> tuple[str, Client]:
    settings = opening.settings_for(*_NEEDED)
    chosen = _chosen(how.organisation, settings.organisations)
    client = registry.client(chosen, registry.Limits.of(settings), before)
    if client is None:
        raise _without_keys(chosen)
    click.get_current_context().call_on_close(client.close)
    return chosen.slug, client


def _chosen(slug: str | None, folder: Path) -> Organisation:
    found = opening.organisations(folder)
    if slug is None and len(found) == 1:
        return next(iter(found.values()))
    if slug is not None and slug in found:
        return found[slug]
    there = f"There are: {', '.join(found)}." if found else f"{folder} holds none."
    problem = "Say whose Charitylog, by --organisation." if slug is None else f"There is no organisation {slug}."
    raise click.ClickException(f"{problem} {there}")


def _without_keys(organisation: Organisation) -> click.ClickException:
    file = organisation.files[""]
    lacking = [str(each) for each in organisation.problems if each.file == file]
    return click.ClickException("\n".join([*lacking, f"Until then nobody can call {organisation.slug}'s Charitylog."]))
