"""Imports a staged referral, all or nothing: makes or links clients, relates them, records the contact.

That an import does this comes from "API: External Referrals" (2020); which fields it keeps is invented.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.api.rules import PAIRED
from gateway.sandbox.charity import contacts
from gateway.sandbox.charity.database import Database, as_text, insert_client, now
from gateway.sandbox.manager.staging import Staged, settle

# The API sees only referrals of a template ("API Entities"), and a new one needs a stage; which ones is invented.
AT_FIRST = {"template": "7", "stage": "1"}
DESCRIPTIONS = ("description", "diary_description")  # the second in a revision of February 2023
OF_THE_REFERRAL = ("contact_type", "contact_method", "referrer")
NOT_OF_A_CLIENT = frozenset(
    {
        "org_type_id",
        *DESCRIPTIONS,
        "date",
        "project",
        "source",
        "field_display_key",
        "referral_role",
        *OF_THE_REFERRAL,
        *PAIRED,
    }
)


def description_of(person: Mapping[str, Any]) -> str:
    """What was sent as the description, under its name or the former one; empty where nothing was."""
    return next((as_text(person[name]) for name in DESCRIPTIONS if person.get(name)), "")


class NoSuchClient(Exception):
    """There is no client with the number that one person is to be linked to."""

    def __init__(self, position: int) -> None:
        super().__init__("There is no client with that number. Check the number, or look for the client by name.")
        self.position = position


@dataclass(frozen=True)
class Recording:
    """What the importer sends from "Record a Contact"; an empty text is a choice not made. Its repr holds no words."""

    details: str
    project: str
    contact_type: str
    worker: str

    def __repr__(self) -> str:
        return f"Recording(project={self.project!r})"


def import_(database: Database, staged: Staged, links: Mapping[int, int], recording: Recording | None) -> None:
    """Make client records of the people (or link them to existing ones), and record the contact if there is one.

    Raises AlreadySettled, or NoSuchClient for a link to nobody.
    """
    with database.transaction() as connection:
        settle(connection, staged.id, "imported", None)
        clients = [
            _linked(connection, links[position], position, person)
            if position in links
            else insert_client(connection, _client(person))
            for position, person in enumerate(staged.people)
        ]
        connection.executemany(
            "INSERT INTO imported (staged, person, client, linked) VALUES (?, ?, ?, ?)",
            [(staged.id, position, client, position in links) for position, client in enumerate(clients)],
        )
        _relate(connection, staged.people, clients)
        if recording is not None:
            referral = _refer(connection, staged.people[0], clients[0], recording)
            connection.execute("UPDATE staged SET referral = ? WHERE id = ?", (referral, staged.id))


def _linked(connection: sqlite3.Connection, client: int, position: int, person: Mapping[str, Any]) -> int:
    """Take a client as it is; an external id goes to one that has none yet."""
    row = connection.execute("SELECT fields FROM clients WHERE id = ?", (client,)).fetchone()
    if row is None:
        raise NoSuchClient(position)
    fields = json.loads(row["fields"])
    if person.get("external_id") and not fields.get("external_id"):
        fields["external_id"] = person["external_id"]
        connection.execute("UPDATE clients SET fields = ? WHERE id = ?", (json.dumps(fields), client))
    return client


def _client(person: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in person.items() if name not in NOT_OF_A_CLIENT}
    return {"type": as_text(person["org_type_id"]), **kept}


def _relate(connection: sqlite3.Connection, people: Sequence[Mapping[str, Any]], clients: Sequence[int]) -> None:
    pairs = [
        (clients[position], clients[int(other)], kind, as_text(relationship))
        for position, person in enumerate(people)
        for kind in PAIRED
        for other, relationship in (person.get(kind) or {}).items()
    ]
    connection.executemany(
        "INSERT OR REPLACE INTO relationships (first, second, kind, relationship) VALUES (?, ?, ?, ?)", pairs
    )


def _refer(connection: sqlite3.Connection, main: Mapping[str, Any], client: int, recording: Recording) -> int:
    created = now()
    kept = {name: main[name] for name in OF_THE_REFERRAL if name in main}
    chosen = {"contact_type": recording.contact_type} if recording.contact_type else {}
    query = "SELECT json_extract(fields, '$.type') FROM clients WHERE id = ?"
    fields = {
        **kept,
        **chosen,
        **AT_FIRST,
        "client_type": connection.execute(query, (client,)).fetchone()[0],
        "date": created[:10],
        "project": recording.project,
        "response_description": recording.details,
    }
    row = connection.execute(
        "INSERT INTO referrals (created_at, client, fields) VALUES (?, ?, ?) RETURNING id",
        (created, client, json.dumps(fields)),
    ).fetchone()
    referral = int(row["id"])
    contacts.insert(connection, referral, _contact(created, recording), done=True)
    return referral


def _contact(created: str, recording: Recording) -> dict[str, str]:
    """The contact that was recorded: it began and ended when somebody pressed the button."""
    moment = created.replace("T", " ").removesuffix("Z")
    chosen = {"user": recording.worker, "contact_type": recording.contact_type}
    told = {"stage": AT_FIRST["stage"], "start_date": moment, "end_date": moment, "description": recording.details}
    return {name: value for name, value in chosen.items() if value} | told
