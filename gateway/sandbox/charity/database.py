"""What the sandbox remembers, in one SQLite connection that threads use in turn."""

import json
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS staged (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'staged' CHECK (state IN ('staged', 'imported', 'rejected')),
    encoding TEXT NOT NULL,
    headers TEXT NOT NULL,
    raw BLOB NOT NULL,
    people TEXT NOT NULL,
    source TEXT NOT NULL,
    search TEXT NOT NULL,
    settled_at TEXT,
    reason TEXT,
    referral INTEGER
);
CREATE TABLE IF NOT EXISTS clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    surname TEXT NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS clients_by_surname ON clients (surname);
CREATE TABLE IF NOT EXISTS referrals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    client INTEGER NOT NULL REFERENCES clients (id),
    fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS imported (
    staged INTEGER NOT NULL REFERENCES staged (id),
    person INTEGER NOT NULL,
    client INTEGER NOT NULL REFERENCES clients (id),
    linked INTEGER NOT NULL,
    PRIMARY KEY (staged, person)
);
CREATE TABLE IF NOT EXISTS relationships (
    first INTEGER NOT NULL REFERENCES clients (id),
    second INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL CHECK (kind IN ('relationships', 'carer_relationships')),
    relationship TEXT NOT NULL,
    PRIMARY KEY (first, second, kind)
);
CREATE TABLE IF NOT EXISTS relationship_details (
    first INTEGER NOT NULL REFERENCES clients (id),
    second INTEGER NOT NULL REFERENCES clients (id),
    fields TEXT NOT NULL,
    PRIMARY KEY (first, second)
);
CREATE TABLE IF NOT EXISTS contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    referral INTEGER NOT NULL REFERENCES referrals (id),
    done INTEGER NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS contacts_by_referral ON contacts (referral);
CREATE TABLE IF NOT EXISTS workers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client INTEGER NOT NULL REFERENCES clients (id),
    fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS extension_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    database INTEGER NOT NULL,
    referral INTEGER NOT NULL REFERENCES referrals (id),
    fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('client', 'referral')),
    record INTEGER NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    user_visibility TEXT NOT NULL,
    group_visibility TEXT NOT NULL
);
"""
TABLES = (
    "uploads", "extension_records", "schedules", "workers", "contacts", "relationship_details", "relationships",
    "imported", "referrals", "staged", "clients",
)  # fmt: skip


# Another schema gives another number, so that nobody has to remember to count.
VERSION = zlib.crc32(SCHEMA.encode()) & 0x7FFFFFFF


class UnusableFile(ValueError):
    """The sandbox cannot keep anything in this file; the text says why, and what to do."""


class Database:
    """One connection, one transaction at a time; `:memory:` lives as long as this object."""

    def __init__(self, path: str) -> None:
        self._turn = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            _prepare(self._connection)
            # A reset may come between a look at a record and what is hung on it: better no record than an orphan.
            self._connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.DatabaseError as problem:
            raise UnusableFile(f"The sandbox cannot use its database file: {problem}. Name another file.") from None
        # Nobody has to remember to close a stand-in.
        weakref.finalize(self, self._connection.close)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block alone; what it wrote is kept only if the whole block came through."""
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection


def empty(connection: sqlite3.Connection) -> None:
    """Delete every record and start the numbering again."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  (our own names)
    connection.execute("DELETE FROM sqlite_sequence")


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file; take a file of this very schema; leave any other as it is."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and version != VERSION:
        raise UnusableFile(
            "The database file was made by another version of the sandbox, or by something else. It was left as it is:"
            " name another file, or delete it."
        )
    connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT")


def now() -> str:
    """The time as the sandbox writes it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken(moment: str) -> str:
    """Write a time of the sandbox's as bodies and answers of the imitated API do ("API external referrals", 2023)."""
    return moment.replace("T", " ").removesuffix("Z")


def as_text(value: object) -> str:
    """Write a wire value as text, the same for 7 and "7"."""
    return value if isinstance(value, str) else json.dumps(value)


def insert_client(connection: sqlite3.Connection, fields: Mapping[str, Any]) -> int:
    """Keep a client record and return its number."""
    row = connection.execute(
        "INSERT INTO clients (created_at, surname, fields) VALUES (?, ?, ?) RETURNING id",
        (now(), folded(fields.get("surname", "")), json.dumps(fields)),
    ).fetchone()
    return int(row["id"])


def folded(value: object) -> str:
    """Bring a text into the form in which it is compared."""
    return " ".join(as_text(value).casefold().split())
