"""The staging area: what external_referral left, until a person imports or rejects it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.bodies import Body
from gateway.sandbox.database import Database, as_text, folded, insert_client, now
from gateway.sandbox.records import full_name
from gateway.sandbox.rules import PAIRED

STATES = ("staged", "imported", "rejected")
OF_THE_REFERRAL = ("contact_type", "contact_method", "referrer")
NOT_OF_A_CLIENT = frozenset(
    {"org_type_id", "description", "project", "source", "referral_role", *OF_THE_REFERRAL, *PAIRED}
)


class AlreadySettled(Exception):
    """This referral was imported or rejected before."""


class NoSuchClient(Exception):
    """There is no client with this number to link to."""


@dataclass(frozen=True)
class Staged:
    """One accepted external referral. Its repr holds the number and the state only."""

    id: int
    received_at: str
    state: str
    encoding: str
    headers: dict[str, str]
    raw: bytes
    people: list[dict[str, Any]]
    source: str
    settled_at: str | None
    reason: str | None
    referral: int | None

    def __repr__(self) -> str:
        return f"Staged(id={self.id}, state={self.state!r})"

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Staged":
        """Read a row of the table."""
        values = {key: row[key] for key in row.keys() if key != "search"}  # noqa: SIM118  (a Row iterates over values)
        return cls(**values | {"headers": json.loads(row["headers"]), "people": json.loads(row["people"])})


@dataclass(frozen=True)
class Wanted:
    """What a list of staged referrals is narrowed to; an empty text narrows nothing."""

    state: str = ""
    source: str = ""
    search: str = ""
    before: int | None = None
    limit: int = -1


def stage(database: Database, body: Body, raw: bytes, headers: Mapping[str, str]) -> int:
    """Keep an accepted body, and return its number. A repeat makes a second one: there is no idempotency."""
    with database.transaction() as connection:
        row = connection.execute(
            "INSERT INTO staged (received_at, encoding, headers, raw, people, source, search)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (now(), body.encoding, json.dumps(dict(headers)), raw, json.dumps(body.people),
             as_text(body.people[0].get("source") or ""), _searchable(body.people)),
        ).fetchone()  # fmt: skip
    return int(row["id"])


def _searchable(people: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(folded(value) for person in people for value in (full_name(person), *person.values()))


def listed(database: Database, wanted: Wanted) -> list[Staged]:
    """List staged referrals, newest first."""
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM staged WHERE (:state = '' OR state = :state) AND (:source = '' OR source = :source)"
            " AND instr(search, :search) > 0 AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
            {"state": wanted.state, "source": wanted.source, "search": folded(wanted.search),
             "before": wanted.before, "limit": wanted.limit},
        ).fetchall()  # fmt: skip
    return [Staged.from_row(row) for row in rows]


def one(database: Database, number: int) -> Staged | None:
    """Find one by its number."""
    with database.transaction() as connection:
        row = connection.execute("SELECT * FROM staged WHERE id = ?", (number,)).fetchone()
    return None if row is None else Staged.from_row(row)


def counts(database: Database) -> dict[str, int]:
    """Count by state."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT state, count(*) FROM staged GROUP BY state").fetchall()
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def sources(database: Database) -> list[str]:
    """List the sources that were sent."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT DISTINCT source FROM staged WHERE source <> '' ORDER BY source").fetchall()
    return [row["source"] for row in rows]


def reject(database: Database, number: int, reason: str) -> None:
    """Turn a staged referral away, with a reason."""
    with database.transaction() as connection:
        _settle(connection, number, "rejected", reason)


def import_(database: Database, staged: Staged, links: Mapping[int, int], project: str) -> None:
    """Make client records of the people (or link them to existing ones), and a referral of the description."""
    with database.transaction() as connection:
        _settle(connection, staged.id, "imported", None)
        clients = [
            _linked(connection, links[position], person)
            if position in links
            else insert_client(connection, _client(person))
            for position, person in enumerate(staged.people)
        ]
        connection.executemany(
            "INSERT INTO imported (staged, person, client, linked) VALUES (?, ?, ?, ?)",
            [(staged.id, position, client, position in links) for position, client in enumerate(clients)],
        )
        _relate(connection, staged.people, clients)
        referral = _refer(connection, staged.people[0], clients[0], project)
        connection.execute("UPDATE staged SET referral = ? WHERE id = ?", (referral, staged.id))


def _settle(connection: sqlite3.Connection, number: int, state: str, reason: str | None) -> None:
    changed = connection.execute(
        "UPDATE staged SET state = ?, reason = ?, settled_at = ? WHERE id = ? AND state = 'staged'",
        (state, reason, now(), number),
    )
    if changed.rowcount != 1:
        raise AlreadySettled


def _linked(connection: sqlite3.Connection, client: int, person: Mapping[str, Any]) -> int:
    """Take a client as it is; an external id goes to one that has none yet."""
    row = connection.execute("SELECT fields FROM clients WHERE id = ?", (client,)).fetchone()
    if row is None:
        raise NoSuchClient
    fields = json.loads(row["fields"])
    if person.get("external_id") and not fields.get("external_id"):
        fields["external_id"] = person["external_id"]
        connection.execute("UPDATE clients SET fields = ? WHERE id = ?", (json.dumps(fields), client))
    return client


def _client(person: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in person.items() if name not in NOT_OF_A_CLIENT}
    return {"type": as_text(person["org_type_id"]), **kept}


def _refer(connection: sqlite3.Connection, main: Mapping[str, Any], client: int, project: str) -> int | None:
    description = as_text(main.get("description") or "")
    if not description.strip():
        return None
    created = now()
    kept = {name: main[name] for name in OF_THE_REFERRAL if name in main}
    fields = {**kept, "date": created[:10], "project": project, "response_description": description}
    row = connection.execute(
        "INSERT INTO referrals (created_at, client, fields) VALUES (?, ?, ?) RETURNING id",
        (created, client, json.dumps(fields)),
    ).fetchone()
    return int(row["id"])


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
