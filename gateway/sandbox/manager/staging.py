"""The staging area: what external_referral left, until a person imports or rejects it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.sandbox.api.bodies import Body
from gateway.sandbox.charity.database import Database, as_text, folded, now
from gateway.sandbox.charity.records import full_name

STATES = ("staged", "imported", "rejected")


class AlreadySettled(Exception):
    """This referral was imported or rejected before."""


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

    def values(self) -> dict[str, Any]:
        """Return the values that NARROWED takes."""
        return asdict(self) | {"search": folded(self.search)}


NARROWED = (
    "(:state = '' OR state = :state) AND (:source = '' OR source = :source)"
    " AND instr(search, :search) > 0 AND (:before IS NULL OR id < :before)"
)
EVERYTHING = Wanted()


def stage(database: Database, body: Body, raw: bytes, headers: Mapping[str, str]) -> int:
    """Keep an accepted body, and return its number. A repeat makes a second one: there is no idempotency."""
    with database.transaction() as connection:
        row = connection.execute(
            "INSERT INTO staged (received_at, encoding, headers, raw, people, source, search)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (now(), body.encoding, json.dumps(dict(headers)), raw, json.dumps(body.people),
             _source(body.people[0]), _searchable(body.people)),
        ).fetchone()  # fmt: skip
    return int(row["id"])


def _source(main: Mapping[str, Any]) -> str:
    """The source, under its name or the one that it had early in 2023."""
    return as_text(main.get("source") or main.get("field_display_key") or "")


def _searchable(people: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(folded(value) for person in people for value in (full_name(person), *person.values()))


def listed(database: Database, wanted: Wanted) -> list[Staged]:
    """List staged referrals, newest first."""
    with database.transaction() as connection:
        rows = connection.execute(
            f"SELECT * FROM staged WHERE {NARROWED} ORDER BY id DESC LIMIT :limit",  # noqa: S608  (our own words)
            wanted.values(),
        ).fetchall()
    return [Staged.from_row(row) for row in rows]


def one(database: Database, number: int) -> Staged | None:
    """Find one by its number."""
    with database.transaction() as connection:
        row = connection.execute("SELECT * FROM staged WHERE id = ?", (number,)).fetchone()
    return None if row is None else Staged.from_row(row)


def oldest(database: Database) -> Staged | None:
    """Find the one that has waited longest."""
    with database.transaction() as connection:
        row = connection.execute("SELECT * FROM staged WHERE state = 'staged' ORDER BY id LIMIT 1").fetchone()
    return None if row is None else Staged.from_row(row)


def imported_as(database: Database, referral: int) -> int | None:
    """Find the external referral as which a referral came; None where it came in another way."""
    with database.transaction() as connection:
        row = connection.execute("SELECT id FROM staged WHERE referral = ?", (referral,)).fetchone()
    return None if row is None else int(row["id"])


def imported_of(database: Database, client: int) -> list[int]:
    """List the external referrals in which a client came, or that were linked to them."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT staged FROM imported WHERE client = ? ORDER BY staged", (client,)).fetchall()
    return [row["staged"] for row in rows]


def counts(database: Database, wanted: Wanted = EVERYTHING) -> dict[str, int]:
    """Count by state what is wanted."""
    with database.transaction() as connection:
        rows = connection.execute(
            f"SELECT state, count(*) FROM staged WHERE {NARROWED} GROUP BY state",  # noqa: S608  (our own words)
            wanted.values(),
        ).fetchall()
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def sources(database: Database) -> list[str]:
    """List the sources that were sent."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT DISTINCT source FROM staged WHERE source <> '' ORDER BY source").fetchall()
    return [row["source"] for row in rows]


def reject(database: Database, number: int, reason: str) -> None:
    """Turn a staged referral away, with a reason."""
    with database.transaction() as connection:
        settle(connection, number, "rejected", reason)


def settle(connection: sqlite3.Connection, number: int, state: str, reason: str | None) -> None:
    """Say that a staged referral is imported or rejected now, once."""
    changed = connection.execute(
        "UPDATE staged SET state = ?, reason = ?, settled_at = ? WHERE id = ? AND state = 'staged'",
        (state, reason, now(), number),
    )
    if changed.rowcount != 1:
        raise AlreadySettled
