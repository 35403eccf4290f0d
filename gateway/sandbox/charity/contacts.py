"""Contacts of a referral, due and done in one space of numbers: a due one that is completed becomes a done one."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.charity.database import Database


@dataclass(frozen=True)
class Contact:
    """An action of a referral, outstanding or completed. Its repr holds numbers only."""

    id: int
    referral: int
    done: bool
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"Contact(id={self.id}, referral={self.referral}, done={self.done})"

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Contact":
        """Read a row of the table."""
        return cls(row["id"], row["referral"], bool(row["done"]), json.loads(row["fields"]))


def insert(connection: sqlite3.Connection, referral: int, fields: Mapping[str, Any], *, done: bool) -> int:
    """Make a contact of a referral that is there, and return its number."""
    row = connection.execute(
        "INSERT INTO contacts (referral, done, fields) VALUES (?, ?, ?) RETURNING id",
        (referral, done, json.dumps(dict(fields))),
    ).fetchone()
    _settle(connection, referral)
    return int(row["id"])


def change(connection: sqlite3.Connection, contact: Contact, changes: Mapping[str, Any], *, done: bool) -> None:
    """Change fields of a contact, and keep it as due or done."""
    connection.execute(
        "UPDATE contacts SET done = ?, fields = ? WHERE id = ?",
        (done, json.dumps(contact.fields | dict(changes)), contact.id),
    )
    _settle(connection, contact.referral)


def find(connection: sqlite3.Connection, number: int) -> Contact | None:
    """Find one contact, due or done."""
    row = connection.execute("SELECT * FROM contacts WHERE id = ?", (number,)).fetchone()
    return None if row is None else Contact.from_row(row)


def by_referral(database: Database) -> dict[int, list[Contact]]:
    """List every contact under the number of its referral, by its own number."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT * FROM contacts ORDER BY id").fetchall()
    found: dict[int, list[Contact]] = {}
    for each in map(Contact.from_row, rows):
        found.setdefault(each.referral, []).append(each)
    return found


def _settle(connection: sqlite3.Connection, referral: int) -> None:
    """Mark a referral with an outstanding action as not completed, and any other as completed ("API referrals")."""
    connection.execute(
        "UPDATE referrals SET fields = json_set(fields, '$.referral_complete', CASE WHEN EXISTS"
        " (SELECT 1 FROM contacts WHERE referral = referrals.id AND NOT done) THEN 'N' ELSE 'Y' END) WHERE id = ?",
        (referral,),
    )
