"""What a write is to send: fields from the command line and from a file, or the people of an external referral.

A file or a question keeps names out of the shell's history. No message repeats anything that was given.
"""

import json
from collections.abc import Mapping, Sequence

import click

from gateway.cli.api import typed

STDIN = "-"


def record(words: Sequence[str], source: str | None) -> dict[str, object]:
    """Read the fields of one record, `name=value` and an object of JSON together, or end the command."""
    if source == STDIN and typed.asks(words):
        raise click.ClickException("The standard input holds the fields already: nothing can be asked for beside it.")
    from_file = {} if source is None else _json(source)
    if not isinstance(from_file, dict):
        raise click.ClickException('The file must hold one object, such as {"priority": 1}.')
    told = typed.fields(words)
    if both := sorted(set(told) & set(from_file)):
        raise click.ClickException(f"{', '.join(both)}: given here and in the file. Give each once.")
    return {**from_file, **told}


def people(source: str) -> list[Mapping[str, object]]:
    """Read the people of an external referral: a list, the main person first; or end the command."""
    found = _json(source)
    if not (isinstance(found, list) and found and all(isinstance(each, dict) for each in found)):
        raise click.ClickException('Give a list of people, also for a single one: [{"surname": …}, …].')
    return found


def _json(source: str) -> object:
    try:
        with click.open_file(source, "rb") as file:
            return json.loads(file.read())
    except OSError as error:
        raise click.ClickException(f"{source} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        # The place alone: the error itself holds all that was read.
        place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise click.ClickException(f"What was given is no JSON{place}: correct it.") from None
