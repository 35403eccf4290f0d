"""The file of a backup: every row as it is stored, one a line, packed by gzip; the same from either database.

Lines are JSON. First what it is, then for each table its name and columns with its rows behind it, at the end the
numbers of rows, the ids of the keys that opened what is sealed, and the SHA-256 of all lines before. No key is in it.
"""

import base64
import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from gateway.keys import key_id
from gateway.store import copying
from gateway.store.copying import Part
from gateway.store.database import revision

KIND = "backup of a referral gateway"
VERSION = 1
_SEALED = "sealed"
_Place = tuple[str, tuple[str, ...]]  # a table and its columns
_QUICKLY = 1  # what is sealed cannot be packed: gzip takes back what base64 adds, and no more


class BackupBroken(Exception):
    """This is no backup, or it was cut off or changed; the text says which."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup is: of which tables (the name of their migration), and from when."""

    revision: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup: the numbers of rows by table, and the ids of the keys that open what is sealed."""

    head: Head
    rows: dict[str, int]
    keys: frozenset[str]


def write(connection: Connection, out: IO[bytes], *, now: datetime) -> Contents:
    """Write all that a transaction sees into a file that is open; a few rows are in memory at once."""
    head = Head(revision(connection), now)
    rows: Counter[str] = Counter()
    keys: set[str] = set()
    digest = hashlib.sha256()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_QUICKLY, mtime=0) as packed:

        def line(value: object) -> None:
            text = json.dumps(value, default=_plain, separators=(",", ":")).encode() + b"\n"
            digest.update(text)
            packed.write(text)

        line({"kind": KIND, "version": VERSION, "revision": head.revision, "made_at": head.made_at.isoformat()})
        for part in copying.parts(connection):
            line({"table": part.table, "columns": part.columns})
            sealed = part.columns.index(_SEALED) if _SEALED in part.columns else None
            for row in part.rows:
                line(row)
                rows[part.table] += 1
                if sealed is not None and isinstance(value := row[sealed], bytes):
                    keys.add(key_id(value))
        line({"rows": rows, "keys": sorted(keys), "sha256": digest.hexdigest()})
    return Contents(head, dict(rows), frozenset(keys))


def read(file: Path) -> Contents:
    """Read a backup to its end, and keep nothing but what is in it. Raises BackupBroken, OSError."""
    reading = Reading(file)
    for part in reading.parts():
        for _ in part.rows:
            pass
    return reading.contents


class Reading:
    """One way through a backup. What it gave counts for nothing before the end was reached without an error."""

    def __init__(self, file: Path) -> None:
        """Take the file; it is opened when its parts are asked for."""
        self._file = file
        self._contents: Contents | None = None

    @property
    def contents(self) -> Contents:
        """What is in it, once the end was reached."""
        if self._contents is None:
            raise BackupBroken("it was not read to its end")
        return self._contents

    def parts(self) -> Iterator[Part]:
        """Give every table with its rows. Raises BackupBroken, at the end at the latest, and OSError."""
        rows: Counter[str] = Counter()
        with gzip.open(self._file) as packed:
            found = self._rows(iter(packed.readline, b""), rows)
            for (table, columns), theirs in groupby(found, key=lambda each: each[0]):
                yield Part(table, columns, (row for _, row in theirs))
        if self._contents is None or self._contents.rows != rows:
            raise BackupBroken("it was cut off")

    def _rows(self, lines: Iterator[bytes], rows: Counter[str]) -> Iterator[tuple[_Place, Sequence[object]]]:
        try:
            yield from self._read(lines, rows)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise BackupBroken("it is no backup, or it was cut off or changed") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BackupBroken("it was changed, or is no backup") from None

    def _read(self, lines: Iterator[bytes], rows: Counter[str]) -> Iterator[tuple[_Place, Sequence[object]]]:
        digest = hashlib.sha256()
        first = next(lines, b"")
        digest.update(first)
        head = _head(json.loads(first))
        part: _Place = ("", ())
        for line in lines:
            if self._contents is not None:
                raise BackupBroken("something was added to it")
            value = json.loads(line, object_hook=_stored)
            if isinstance(value, list):
                rows[part[0]] += 1
                yield part, value
            elif "table" in value:
                part = (value["table"], tuple(value["columns"]))
            elif value["sha256"] == digest.hexdigest():
                self._contents = Contents(head, value["rows"], frozenset(value["keys"]))
            else:
                raise BackupBroken("it was changed: its checksum is another one")
            digest.update(line)


def _head(value: dict[str, Any]) -> Head:
    if value.get("kind") != KIND:
        raise BackupBroken("it is no backup of a referral gateway")
    if value["version"] != VERSION:
        raise BackupBroken("a newer version of the gateway made it: restore it with that one")
    return Head(str(value["revision"]), datetime.fromisoformat(value["made_at"]))


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    raise TypeError(f"a {type(value).__name__} has no place in a backup")


def _stored(value: dict[str, Any]) -> object:
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    if "time" in value:
        return datetime.fromisoformat(value["time"])
    return value
