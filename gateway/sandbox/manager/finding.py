"""Finds clients by what a person types: a name, a number, a postcode. Pure; how it searches is invented."""

from collections.abc import Iterable

from gateway.sandbox.charity.records import Client
from gateway.sandbox.manager.duplicates import plain

SEARCHED = (
    "first_name", "surname", "known_as", "date_of_birth", "postcode", "telephone", "mobile", "email", "nhs_number",
    "external_id",
)  # fmt: skip


SHORT = 4  # digits; fewer than these are the number of a client, and no part of a telephone or a date


def found_by(typed: str, clients: Iterable[Client]) -> list[Client]:
    """List the clients of whom every word says something, in their order; no word finds nobody."""
    together = "".join(typed.split())
    words = [together] if together.isdecimal() else typed.split()
    return [client for client in clients if words and all(_says(word, client) for word in words)]


def _says(word: str, client: Client) -> bool:
    """Is this the client's number, or part of what is searched? Marks alone say nothing."""
    part = plain(word)
    if word == str(client.id):
        return True
    if not part or (part.isdecimal() and len(part) < SHORT):
        return False
    return any(part in plain(client.fields[name]) for name in SEARCHED if client.fields.get(name))
