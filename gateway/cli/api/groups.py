"""The groups of the API by the names that people type."""

from collections.abc import Collection

import click

from gateway.charitylog import Client, Group
from gateway.charitylog.clients import Clients
from gateway.charitylog.contacts import DoneContacts, DueContacts
from gateway.charitylog.extension_databases import ExtensionDatabase
from gateway.charitylog.referrals import Referrals

Written = Clients | Referrals | DueContacts | DoneContacts | ExtensionDatabase

_EXTENSION = "extension_database"


def group_of(client: Client, name: str) -> Group:
    """Find a group that can be read, or end the command."""
    groups: dict[str, Group] = {
        "clients": client.clients,
        "referrals": client.referrals,
        "done_contacts": client.done_contacts,
        "due_contacts": client.due_contacts,
        "workers": client.workers,
        "schedules": client.schedules,
    }
    if database := _extension(name):
        return client.extension_database(database)
    if name not in groups:
        raise no_such(name, [*groups, f"{_EXTENSION}/NAME"])
    return groups[name]


def written_group_of(client: Client, name: str) -> Written:
    """Find a group whose records can be made and changed, or end the command."""
    groups: dict[str, Written] = {
        "clients": client.clients,
        "referrals": client.referrals,
        "done_contacts": client.done_contacts,
        "due_contacts": client.due_contacts,
    }
    if database := _extension(name):
        return client.extension_database(database)
    if name not in groups:
        raise no_such(name, [*groups, f"{_EXTENSION}/NAME"])
    return groups[name]


def no_such(name: str, groups: Collection[str]) -> click.ClickException:
    """Say which groups there are for what was asked."""
    return click.ClickException(f"{name} is no group for this. There are: {', '.join(groups)}.")


def _extension(group: str) -> str:
    kind, _, database = group.partition("/")
    return database if kind == _EXTENSION else ""
