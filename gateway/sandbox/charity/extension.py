"""The extension databases of the invented charity: what each is called, its fields, its records.

Those of several records are entities of their own; the fields of a single record stand among a client's or referral's.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.charity.database import Database
from gateway.sandbox.charity.planting import SEEDED
from gateway.sandbox.charity.seeds import Field


@dataclass(frozen=True)
class ExtensionDatabase:
    """A database of several records, by its number in the charity's system."""

    number: int
    label: str
    fields: dict[str, Field]

    @property
    def names(self) -> tuple[str, str]:
        """The names in addresses: with the number ("API Details", 2018), and one that is chosen (2024)."""
        plain = self.label.lower().replace(" ", "_")
        return f"{plain}_{self.number}", plain


def _known() -> dict[str, ExtensionDatabase]:
    made = [
        ExtensionDatabase(each["number"], each["label"], {field["name"]: Field(**field) for field in each["fields"]})
        for each in SEEDED["extension_databases"]
    ]
    return {name: each for each in made for name in each.names}


DATABASES = _known()
_BY_NUMBER = {each.number: each for each in DATABASES.values()}


@dataclass(frozen=True)
class Record:
    """A record of an extension database. Its repr holds numbers only."""

    id: int
    database: ExtensionDatabase
    referral: int
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"Record(id={self.id}, database={self.database.number})"

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Record":
        """Read a row of the table."""
        return cls(row["id"], _BY_NUMBER[row["database"]], row["referral"], json.loads(row["fields"]))


def insert(database: Database, number: int, referral: int, fields: Mapping[str, Any]) -> int:
    """Make a record in the extension database of this number, and return the record's. A repeat makes a second one."""
    with database.transaction() as connection:
        row = connection.execute(
            "INSERT INTO extension_records (database, referral, fields) VALUES (?, ?, ?) RETURNING id",
            (number, referral, json.dumps(dict(fields))),
        ).fetchone()
    return int(row["id"])


def find(database: Database, number: int, record: int) -> Record | None:
    """Find one record of the extension database of this number."""
    with database.transaction() as connection:
        row = connection.execute(
            "SELECT * FROM extension_records WHERE database = ? AND id = ?", (number, record)
        ).fetchone()
    return None if row is None else Record.from_row(row)


def change(database: Database, record: int, changes: Mapping[str, Any], referral: int | None = None) -> None:
    """Change fields of a record that is there, or the referral that it belongs to."""
    with database.transaction() as connection:
        row = connection.execute("SELECT referral, fields FROM extension_records WHERE id = ?", (record,)).fetchone()
        connection.execute(
            "UPDATE extension_records SET referral = ?, fields = ? WHERE id = ?",
            (referral or row["referral"], json.dumps(json.loads(row["fields"]) | dict(changes)), record),
        )


def by_referral(database: Database) -> dict[int, list[Record]]:
    """List every record under the number of its referral, by its own number."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT * FROM extension_records ORDER BY id").fetchall()
    found: dict[int, list[Record]] = {}
    for each in map(Record.from_row, rows):
        found.setdefault(each.referral, []).append(each)
    return found
