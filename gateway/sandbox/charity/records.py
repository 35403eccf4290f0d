"""Client and referral records: made, changed, looked up, related; and job cards, which are changed only."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.charity.database import Database, as_text, folded, insert_client, now, spoken


@dataclass(frozen=True)
class Client:
    """A client record. Its repr holds the number only."""

    id: int
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"Client(id={self.id})"

    @property
    def name(self) -> str:
        """First name and surname."""
        return full_name(self.fields)

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Client":
        """Read a row of the table."""
        return cls(row["id"], json.loads(row["fields"]))


@dataclass(frozen=True)
class Referral:
    """A referral record of a client. Its repr holds the number only."""

    id: int
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"Referral(id={self.id})"


@dataclass(frozen=True)
class Import:
    """What became of one person of an imported referral."""

    client: int
    linked: bool


@dataclass(frozen=True)
class Tie:
    """One client's relationship to another, as an id of a dictionary, and what else is said of the two."""

    other: Client
    kind: str
    relationship: str
    details: dict[str, Any]


def full_name(fields: Mapping[str, Any]) -> str:
    """Put a name together from what was sent."""
    parts = (as_text(fields[name]).strip() for name in ("first_name", "surname") if fields.get(name) is not None)
    return " ".join(part for part in parts if part) or "(no name)"


def new_client(database: Database, fields: Mapping[str, Any]) -> int:
    """Make a client and return its number. A repeat makes a second one."""
    with database.transaction() as connection:
        return insert_client(connection, fields)


def change_client(database: Database, number: int, changes: Mapping[str, Any]) -> None:
    """Change fields of a client that is there."""
    with database.transaction() as connection:
        row = connection.execute("SELECT id, fields FROM clients WHERE id = ?", (number,)).fetchone()
        fields = Client.from_row(row).fields | dict(changes)
        connection.execute(
            "UPDATE clients SET surname = ?, fields = ? WHERE id = ?",
            (folded(fields.get("surname", "")), json.dumps(fields), number),
        )


def insert_referral(database: Database, client: int, fields: Mapping[str, Any]) -> int:
    """Make a referral of a client and return its number. A repeat makes a second one."""
    with database.transaction() as connection:
        row = connection.execute(
            "INSERT INTO referrals (created_at, client, fields) VALUES (?, ?, ?) RETURNING id",
            (now(), client, json.dumps(fields)),
        ).fetchone()
    return int(row["id"])


def change_referral(database: Database, number: int, changes: Mapping[str, Any], client: int | None = None) -> None:
    """Change fields of a referral that is there, or the client that it is of."""
    with database.transaction() as connection:
        row = connection.execute("SELECT client, fields FROM referrals WHERE id = ?", (number,)).fetchone()
        fields = json.loads(row["fields"]) | {"updated": spoken(now())} | dict(changes)
        connection.execute(
            "UPDATE referrals SET client = ?, fields = ? WHERE id = ?",
            (row["client"] if client is None else client, json.dumps(fields), number),
        )


def change_schedule(database: Database, number: int, changes: Mapping[str, Any], client: int | None) -> bool:
    """Change fields of a job card, or the client that it is of; False where there is none with this number."""
    with database.transaction() as connection:
        row = connection.execute("SELECT client, fields FROM schedules WHERE id = ?", (number,)).fetchone()
        if row is None:
            return False
        connection.execute(
            "UPDATE schedules SET client = ?, fields = ? WHERE id = ?",
            (client or row["client"], json.dumps(json.loads(row["fields"]) | dict(changes)), number),
        )
    return True


def has_referral(database: Database, number: int) -> bool:
    """Tell whether there is a referral with this number."""
    with database.transaction() as connection:
        return connection.execute("SELECT 1 FROM referrals WHERE id = ?", (number,)).fetchone() is not None


def relate(database: Database, first: int, second: int, said: Mapping[str, tuple[str, str]]) -> None:
    """Say what two clients are to each other, there and back, by kind; what was said before is replaced."""
    ways = [
        (*pair, kind, relationship)
        for kind, both in said.items()
        for pair, relationship in zip(((first, second), (second, first)), both, strict=True)
    ]
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO relationships (first, second, kind, relationship) VALUES (?, ?, ?, ?)", ways
        )


def detail(database: Database, first: int, second: int, fields: Mapping[str, Any]) -> None:
    """Keep what else is said of two clients' relationship, alike for both; what was said before is replaced."""
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO relationship_details (first, second, fields) VALUES (?, ?, ?)",
            [(first, second, json.dumps(dict(fields))), (second, first, json.dumps(dict(fields)))],
        )


def clients(database: Database) -> list[Client]:
    """List every client by number."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT id, fields FROM clients ORDER BY id").fetchall()
    return [Client.from_row(row) for row in rows]


def client(database: Database, number: int) -> Client | None:
    """Find one client."""
    with database.transaction() as connection:
        row = connection.execute("SELECT id, fields FROM clients WHERE id = ?", (number,)).fetchone()
    return None if row is None else Client.from_row(row)


def referrals(database: Database, number: int) -> list[Referral]:
    """List the referrals of one client."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT id, fields FROM referrals WHERE client = ? ORDER BY id", (number,)).fetchall()
    return [Referral(row["id"], json.loads(row["fields"])) for row in rows]


def ties(database: Database, number: int) -> list[Tie]:
    """List the relationships of one client."""
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT c.id, c.fields, r.kind, r.relationship, d.fields AS details FROM relationships r"
            " JOIN clients c ON c.id = r.second"
            " LEFT JOIN relationship_details d ON d.first = r.first AND d.second = r.second"
            " WHERE r.first = ? ORDER BY c.id, r.kind DESC",
            (number,),
        ).fetchall()
    return [
        Tie(Client.from_row(row), row["kind"], row["relationship"], json.loads(row["details"] or "{}")) for row in rows
    ]


def imports(database: Database, staged: int) -> list[Import]:
    """List what became of each person of a referral, in the order of the people."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT client, linked FROM imported WHERE staged = ? ORDER BY person", (staged,))
        return [Import(row["client"], bool(row["linked"])) for row in rows]
