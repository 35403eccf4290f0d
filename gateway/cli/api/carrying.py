"""How a write is carried out: shown and held back without `--yes`, made once with it, and its answer told."""

import json
from collections.abc import Sequence

import click

from gateway.cli.api import calling, showing, tables
from gateway.cli.api.calling import Held, How, Send

YES = click.option("--yes", is_flag=True, help="Send it. Without this it is only said what would be sent.")


def carry_out(how: How, send: Send, told: Sequence[str], *, yes: bool, done: str) -> None:
    """Make the call and say what was done, or say what it would be: where to, and lines of `told`, never a value."""
    try:
        answer = calling.write(how, send, yes=yes)
    except Held as held:
        click.echo(f"{held.method} {held.address}")
        for line in told:
            click.echo(f"  {tables.shown(line)}")
        click.echo("Nothing was sent. Add --yes to send it.")
        return
    if how.raw:
        showing.as_it_came(answer)
    elif how.as_json:
        click.echo(json.dumps({"status": answer.status, "id": answer.new_id()}))
    else:
        number = answer.new_id()
        click.echo(f"{done} (answered {answer.status}{f', number {number}' if number else ''}).")
