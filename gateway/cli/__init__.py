"""The `flask` commands. A noun is imported when it is typed, so that a web process loads none of them."""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

NOUNS = (
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
        return command


def init_app(app: Flask) -> None:
    """Make our commands the app's own."""
    app.cli = Commands(app.name)
