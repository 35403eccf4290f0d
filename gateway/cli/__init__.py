"""The `flask` commands. A noun is imported when it is typed, so that a web process loads none of them."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from gateway.store.database import Failed, Moved

NOUNS = (
    "agencies",
    "api",
    "audit",
    "backup",
    "demo",
    "destinations",
    "dictionaries",
    "doctor",
    "forms",
    "keys",
    "migrate",
    "referrals",
    "restore",
    "sandbox",
    "tokens",
    "users",
    "worker",
)


class Commands(AppGroup):
    """The group of our commands, each in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands without loading them."""
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in NOUNS:
            return None
        command = import_module(f"gateway.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"gateway.cli.{cmd_name}.command is not a command")
        ctx.with_resource(_in_plain_words())
        return command


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """End a command in plain words that disk or database broke off."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read along has seen enough: click ends in silence
        # Without the path: it may be the name of somebody's file.
        why = os.strerror(error.errno) if error.errno else str(error)
        raise click.ClickException(f"The system refused it: {why.rstrip('.')}.") from None
    except (Failed, Moved) as error:
        # The class alone: the text of a database error can hold values.
        raise click.ClickException(
            f"The database refused it ({type(error).__name__}). What was done until then is kept: see `flask doctor`, "
            "then type the command again."
        ) from None


def init_app(app: Flask) -> None:
    """Make our commands the app's own."""
    app.cli = Commands(app.name)
