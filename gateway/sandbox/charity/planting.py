"""Fills an empty database with the invented charity: its people, and the history that records.json tells of them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.sandbox.charity.database import insert_client

SEEDED: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("records.json").read_text(encoding="utf-8")
)


def plant(connection: sqlite3.Connection, clients: Iterable[Mapping[str, Any]]) -> None:
    """Put the clients, and everything that is told of them, into tables that are empty."""
    for fields in clients:
        insert_client(connection, fields)
    for worker in SEEDED["workers"]:
        _insert(connection, "workers", worker, ("id",))
    waiting = {contact["referral"] for contact in SEEDED["due_contacts"]}
    for referral in SEEDED["referrals"]:
        complete = "N" if referral["id"] in waiting else "Y"
        kept = referral | {"created_at": f"{referral['date']}T09:00:00Z", "referral_complete": complete}
        _insert(connection, "referrals", kept, ("id", "client", "created_at"))
    for done, group in enumerate(("due_contacts", "done_contacts")):
        for contact in SEEDED[group]:
            _insert(connection, "contacts", contact | {"done": done}, ("id", "referral", "done"))
    for schedule in SEEDED["schedules"]:
        _insert(connection, "schedules", schedule, ("id", "client"))
    for database in SEEDED["extension_databases"]:
        for record in database["records"]:
            kept = record | {"database": database["number"]}
            _insert(connection, "extension_records", kept, ("id", "database", "referral"))
    for tie in SEEDED["relationships"]:
        _relate(connection, tie)


def _insert(connection: sqlite3.Connection, table: str, record: Mapping[str, Any], columns: tuple[str, ...]) -> None:
    fields = {name: value for name, value in record.items() if name not in columns}
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}, fields)"  # noqa: S608  (our own names)
        f" VALUES ({', '.join(f':{name}' for name in columns)}, :fields)",
        {**{name: record[name] for name in columns}, "fields": json.dumps(fields)},
    )


def _relate(connection: sqlite3.Connection, tie: Mapping[str, Any]) -> None:
    pair = (tie["first"], tie["second"])
    for (first, second), way in ((pair, "there"), (pair[::-1], "back")):
        for kind, name in (("relationships", way), ("carer_relationships", f"carer_{way}")):
            if name in tie:
                connection.execute(
                    "INSERT INTO relationships (first, second, kind, relationship) VALUES (?, ?, ?, ?)",
                    (first, second, kind, tie[name]),
                )
        connection.execute(
            "INSERT INTO relationship_details (first, second, fields) VALUES (?, ?, ?)",
            (first, second, json.dumps(tie.get("details", {}))),
        )
