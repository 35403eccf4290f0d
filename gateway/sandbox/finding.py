"""Finds clients by what a person types: a name, a number, a postcode. Pure; how it searches is invented."""

from collections.abc import Iterable

from gateway.sandbox.duplicates import plain
from gateway.sandbox.records import Client

SEARCHED = (
    "first_name", "surname", "known_as", "date_of_birth", "postcode", "telephone", "mobile", "email", "nhs_number",
    "external_id",
)  # fmt: skip


def found_by(words: str, clients: Iterable[Client]) -> list[Client]:
    """List the clients of whom every word says something, in their order; no word finds nobody."""
    wanted = words.split()
    return [client for client in clients if wanted and all(_says(word, client) for word in wanted)]


def _says(word: str, client: Client) -> bool:
    """Is this the client's number, or part of what is searched? Marks alone say nothing."""
    part = plain(word)
    told = (plain(client.fields[name]) for name in SEARCHED if client.fields.get(name))
    return word == str(client.id) or (part != "" and any(part in text for text in told))
