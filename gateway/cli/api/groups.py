"""The groups of the API by the names that people type."""

from collections.abc import Collection, Mapping
from typing import TypeVar

import click

from gateway.charitylog import Client, Group
from gateway.charitylog.clients import Clients
from gateway.charitylog.contacts import DoneContacts, DueContacts
from gateway.charitylog.extension_databases import ExtensionDatabase
from gateway.charitylog.referrals import Referrals

Written = Clients | Referrals | DueContacts | DoneContacts | ExtensionDatabase

_EXTENSION = "extension_database"
_Known = TypeVar("_Known", bound=Group)


def group_of(client: Client, name: str) -> Group:
    """Find a group that can be read, or end the command."""
    groups: dict[str, Group] = {**_written(client), "workers": client.workers, "schedules": client.schedules}
    return _chosen(client, name, groups)


def written_group_of(client: Client, name: str) -> Written:
    """Find a group whose records can be made and changed, or end the command."""
    return _chosen(client, name, _written(client))


def no_such(name: str, groups: Collection[str]) -> click.ClickException:
    """Say which groups there are for what was asked."""
    return click.ClickException(f"{name} is no group for this. There are: {', '.join(groups)}.")


def _written(client: Client) -> dict[str, Written]:
    return {
        "clients": client.clients,
        "referrals": client.referrals,
        "done_contacts": client.done_contacts,
        "due_contacts": client.due_contacts,
    }


def _chosen(client: Client, name: str, groups: Mapping[str, _Known]) -> _Known | ExtensionDatabase:
    kind, _, database = name.partition("/")
    if kind == _EXTENSION and database:
        return client.extension_database(database)
    if name not in groups:
        raise no_such(name, [*groups, f"{_EXTENSION}/NAME"])
    return groups[name]
