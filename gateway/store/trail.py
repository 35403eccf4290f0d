"""The audit trail as something that can be vouched for: read, and summed up in heads that a changed entry cannot keep.

The database takes no change and no deletion in it (migration 0004). Whoever owns the database could take that rule
away; so a head goes out in mails, and with it anybody can tell later whether an entry until then is another one.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.watching_tables import audit_heads

SETTLED = timedelta(minutes=10)  # by then whatever was being written at that time is there, whichever number it has
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """What sums the trail up until one entry: how many there are, the last one's number, and a digest of them all."""

    entries: int
    last: int
    digest: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did something; never an answer."""

    id: int
    at: datetime
    actor: str
    action: str
    organisation: str | None
    reference: str | None
    detail: str


_NONE = Head(0, 0, hashlib.sha256(b"").hexdigest(), datetime.min.replace(tzinfo=UTC))


def advance(database: Database, now: datetime) -> Head | None:
    """Make a head of all that was written until a little while ago; None where nothing is new since the last one."""
    with database.snapshot() as connection:
        before = latest(connection) or _NONE
        head = _summed(connection, before, until=now - SETTLED, made_at=now)
    if head.entries == before.entries:
        return None
    with database.write() as connection:
        if (latest(connection) or _NONE).entries == before.entries:
            connection.execute(insert(audit_heads).values(entries=head.entries, **_values(head)))
    return head


def newest(database: Database) -> Head | None:
    """Give the last head that was made."""
    with database.read() as connection:
        return latest(connection)


def latest(connection: Connection) -> Head | None:
    """Give the last head, within a transaction."""
    row = connection.execute(select(audit_heads).order_by(audit_heads.c.entries.desc()).limit(1)).first()
    return _head(row) if row else None


def has(database: Database, digest: str) -> bool:
    """Tell whether the trail ever had this head."""
    with database.read() as connection:
        return connection.execute(select(audit_heads).where(audit_heads.c.digest == digest)).first() is not None


def broken(database: Database) -> Head | None:
    """Go through the trail from its first entry; give the first head that does not hold, None where all of them do."""
    with database.snapshot() as connection:
        head = _NONE
        for row in connection.execute(select(audit_heads).order_by(audit_heads.c.entries)):
            kept = _head(row)
            head = _summed(connection, head, until=None, made_at=kept.made_at, last=kept.last)
            if (head.entries, head.digest) != (kept.entries, kept.digest):
                return kept
    return None


def entries(
    database: Database,
    *,
    organisation: str | None = None,
    reference: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """List entries, the newest first."""
    audit = tables.audit
    wanted = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if organisation is not None:
        wanted = wanted.where(audit.c.organisation == organisation)
    if reference is not None:
        wanted = wanted.where(audit.c.reference == reference)
    if before is not None:
        wanted = wanted.where(audit.c.id < before)
    with database.read() as connection:
        return [Entry(*row) for row in connection.execute(wanted)]


def _summed(
    connection: Connection, before: Head, *, until: datetime | None, made_at: datetime, last: int | None = None
) -> Head:
    number, place, digest = before.entries, before.last, before.digest
    with closing(connection.execute(_after(before.last, last), execution_options={"yield_per": _AT_ONCE})) as rows:
        for row in rows:
            if until is not None and row.at > until:
                break  # also what is older behind it: numbers go up, so the next head begins here
            number, place, digest = number + 1, row.id, _digest(digest, row)
    return Head(number, place, digest, made_at)


def _after(after: int, last: int | None) -> Select[Any]:
    wanted = select(tables.audit).where(tables.audit.c.id > after).order_by(tables.audit.c.id)
    return wanted if last is None else wanted.where(tables.audit.c.id <= last)


def _digest(before: str, row: Row[Any]) -> str:
    values: Sequence[object] = (
        row.id, row.at.isoformat(), row.actor, row.action, row.organisation, row.reference, row.detail,
    )  # fmt: skip
    return hashlib.sha256(f"{before}\n{json.dumps(values)}".encode()).hexdigest()


def _values(head: Head) -> dict[str, object]:
    return {"last": head.last, "digest": head.digest, "made_at": head.made_at}


def _head(row: Row[Any]) -> Head:
    return Head(row.entries, row.last, row.digest, row.made_at)
