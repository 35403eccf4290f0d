"""`flask api`: the whole API of an organisation's Charitylog, by hand. It needs no database and no `GATEWAY_KEYS`."""

import click

from gateway.cli.api import reading, writing


@click.group("api")
def command() -> None:
    """Read and change what stands in an organisation's Charitylog."""


for each in (
    reading.get,
    reading.fields,
    reading.dictionary,
    reading.report,
    writing.create,
    writing.update,
    writing.complete,
    writing.relate,
    writing.stage,
    writing.upload,
):
    command.add_command(each)
