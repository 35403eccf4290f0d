"""Alerts: which matters are open for a person, since when, and when somebody was told. One row for each matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.meeting import insert_into

_WATCH = "telling"


class Matter(StrEnum):
    """What a person is told of."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    LATE = "late"
    HELD = "held"
    PAUSED = "paused"
    UNPROVEN = "unproven"
    NOT_IMPORTED = "not_imported"
    FILES = "files"
    EXPIRING = "expiring"
    OVERDUE = "overdue"
    CONFIGURATION = "configuration"
    KEYS_MISSING = "keys_missing"
    KEYS_OLD = "keys_old"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Told:
    """How a matter stands: with a count of nought it is over, and whoever was told has not heard so yet."""

    since: datetime
    told_at: datetime | None
    count: int


class Overtaken(Exception):
    """Another worker has written about the same matters since they were read."""


def told(database: Database) -> dict[str, dict[Matter, Told]]:
    """Read every matter, by organisation."""
    found: dict[str, dict[Matter, Told]] = {}
    with database.read() as connection:
        # What a later version tells of is none of our business: it may run beside this one.
        for row in connection.execute(select(tables.alerts).where(tables.alerts.c.matter.in_(list(Matter)))):
            known = Told(**{name: row._mapping[name] for name in Told.__dataclass_fields__})
            found.setdefault(row.organisation, {})[Matter(row.matter)] = known
    return found


def remember(
    connection: Connection, organisation: str, before: Mapping[Matter, Told], after: Mapping[Matter, Told]
) -> None:
    """Write how matters stand now, in the transaction of the mails that tell so.

    Raises Overtaken where one of them is no longer as it was read.
    """
    for matter in sorted({*before, *after}):
        was, now = before.get(matter), after.get(matter)
        if was != now and not _change(connection, organisation, matter, was, now):
            raise Overtaken(f"{matter} of {organisation}")


def look(database: Database, organisation: str, matter: Matter, count: int, now: datetime) -> None:
    """Write the count of a matter that is looked at seldom; telling of it takes the count from there."""
    table = tables.alerts
    mine = (table.c.organisation == organisation, table.c.matter == matter)
    with database.write() as connection:
        if not connection.execute(update(table).where(*mine).values(count=count)).rowcount and count:
            connection.execute(
                insert(table).values(organisation=organisation, matter=matter, since=now, told_at=None, count=count)
            )


def last_watch(database: Database) -> datetime | None:
    """Say when somebody last looked whether anything is to be told; None where nobody ever has."""
    table = tables.progress
    with database.read() as connection:
        return connection.scalar(select(table.c.updated_at).where(table.c.name == _WATCH))


def watch(database: Database, now: datetime) -> None:
    """Write down that it was looked whether anything is to be told."""
    table = tables.progress
    with database.write() as connection:
        if not connection.execute(update(table).where(table.c.name == _WATCH).values(updated_at=now)).rowcount:
            connection.execute(insert(table).values(name=_WATCH, place="", updated_at=now))


def _change(connection: Connection, organisation: str, matter: Matter, was: Told | None, now: Told | None) -> bool:
    table = tables.alerts
    if was is None:
        if now is None:
            return True
        row = {"organisation": organisation, "matter": matter, "since": now.since, "told_at": now.told_at}
        first = insert_into(connection.dialect, table).values(**row, count=now.count).on_conflict_do_nothing()
        return connection.execute(first.returning(table.c.matter)).first() is not None
    mine = (
        table.c.organisation == organisation,
        table.c.matter == matter,
        table.c.told_at.is_not_distinct_from(was.told_at),
    )
    if now is None:
        return connection.execute(delete(table).where(*mine)).rowcount == 1
    values = {"since": now.since, "told_at": now.told_at, "count": now.count}
    return connection.execute(update(table).where(*mine).values(**values)).rowcount == 1
