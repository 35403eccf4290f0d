"""Answers as a command prints them: a table for people, an object a line for programs, or the bytes as they came."""

import json
import shutil
import sys
from collections.abc import Sequence

import click

from gateway.charitylog import Answer
from gateway.cli.api import tables
from gateway.cli.api.tables import Row


def rows(found: Sequence[Row], *, as_json: bool) -> None:
    """Print what was found; that it is nothing is said beside it."""
    if not found:
        click.echo("Nothing was found.", err=True)
    elif as_json:
        for row in found:
            # In ASCII, so that nothing in it commands a terminal either.
            click.echo(json.dumps(dict(row)))
    else:
        for line in tables.lines(found, shutil.get_terminal_size((100, 0)).columns):
            click.echo(line)


def as_it_came(answer: Answer) -> None:
    """Print the bytes of an answer; on a terminal as text, with a mark in place of what would command it."""
    if sys.stdout.isatty():
        click.echo(tables.shown(answer.body.decode("utf-8", "replace")))
    else:
        click.echo(answer.body, nl=False)
