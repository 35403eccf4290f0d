"""`flask keys`: make a key. It needs no setting, for it is what the first setting is made with."""

import click

from gateway.keys import new_key


@click.group("keys")
def command() -> None:
    """Make keys for GATEWAY_KEYS."""


@command.command("new")
def new() -> None:
    """Print a new key. Keep it safe: without it nothing that was stored can be read."""
    click.echo("Put this key into GATEWAY_KEYS, and a copy where you keep the keys of the house:", err=True)
    click.echo(new_key())
