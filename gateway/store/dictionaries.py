"""What destinations offer to choose from, and their lists of fields, as they were last read.

A good list is replaced by a good one alone, in one transaction. A choice that has gone keeps the time when it went: a
page that was shown before it may still send it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.meeting import insert_into

_LONGEST_PROBLEM = 200
_FORGET_AFTER = timedelta(days=400)  # no form is kept for as long

# A value, and what people read.
Entry = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A choice as it was read; `withdrawn_at` is when it was found to be gone."""

    value: str
    label: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of one list stands; `version` 0 means that it could never be read."""

    organisation: str
    name: str
    version: int
    read_at: datetime | None
    tried_at: datetime
    problem: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a reading has changed, by number of choices."""

    version: int
    new: int = 0
    renamed: int = 0
    withdrawn: int = 0


def readings(database: Database) -> dict[tuple[str, str], Reading]:
    """Tell how each reading stands, by organisation and name."""
    with database.read() as connection:
        rows = connection.execute(select(tables.readings)).all()
    return {(row.organisation, row.name): Reading(**row._mapping) for row in rows}


def versions(database: Database) -> dict[tuple[str, str], int] | None:
    """Give the version of each list that was ever read; None while the store cannot be asked."""
    table = tables.readings
    try:
        with database.read() as connection:
            rows = connection.execute(select(table.c.organisation, table.c.name, table.c.version)).all()
    except SQLAlchemyError:
        return None
    return {(row.organisation, row.name): row.version for row in rows if row.version}


def load(database: Database, organisation: str, name: str) -> tuple[Listed, ...] | None:
    """Give a list in its order, what was withdrawn behind it; None while the store cannot be asked."""
    table = tables.dictionaries
    wanted = select(table.c.value, table.c.label, table.c.withdrawn_at).where(*_of(organisation, name))
    try:
        with database.read() as connection:
            rows = connection.execute(wanted.order_by(table.c.withdrawn_at.is_not(None), table.c.position)).all()
    except SQLAlchemyError:
        return None
    return tuple(Listed(*row) for row in rows)


def keep(
    database: Database,
    organisation: str,
    name: str,
    found: Sequence[Entry],
    *,
    before: Sequence[Entry] = (),
    now: datetime,
) -> Change:
    """Keep what was read; each value stands in it once.

    `before` is what was offered until the first reading: what of it is not there any more counts as withdrawn now.
    """
    with database.write() as connection:
        version = _lock(connection, organisation, name, now) + 1
        known = _known(connection, organisation, name)
        if version == 1 and not known:
            known = _offered_before(connection, organisation, name, before)
        change, changed = _replace(connection, organisation, name, known, found, version, now)
        changed = changed or version == 1
        connection.execute(
            update(tables.readings)
            .where(tables.readings.c.organisation == organisation, tables.readings.c.name == name)
            .values(version=version if changed else version - 1, read_at=now, tried_at=now, problem=None)
        )
    return change if changed else Change(version - 1)


def note(database: Database, organisation: str, name: str, problem: str, *, now: datetime) -> None:
    """Note why a list could not be read; what was kept of it stays as it is."""
    with database.write() as connection:
        _lock(connection, organisation, name, now)
        connection.execute(
            update(tables.readings)
            .where(tables.readings.c.organisation == organisation, tables.readings.c.name == name)
            .values(tried_at=now, problem=problem[:_LONGEST_PROBLEM])
        )


def count(database: Database, organisation: str, name: str) -> int:
    """Count the choices of a list that are offered."""
    table = tables.dictionaries
    wanted = select(func.count()).where(*_of(organisation, name), table.c.withdrawn_at.is_(None))
    with database.read() as connection:
        return int(connection.scalar(wanted) or 0)


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    position: int
    withdrawn: bool


def _lock(connection: Connection, organisation: str, name: str, now: datetime) -> int:
    """Have the row of a reading to ourselves until the transaction ends; give its version."""
    table = tables.readings
    row = {"organisation": organisation, "name": name, "version": 0, "tried_at": now}
    connection.execute(insert_into(connection.dialect, table).values(**row).on_conflict_do_nothing())
    mine = select(table.c.version).where(table.c.organisation == organisation, table.c.name == name)
    return int(connection.execute(mine.with_for_update()).scalar_one())


def _known(connection: Connection, organisation: str, name: str) -> dict[str, _Row]:
    table = tables.dictionaries
    rows = connection.execute(select(table).where(*_of(organisation, name))).all()
    return {row.value: _Row(row.label, row.position, row.withdrawn_at is not None) for row in rows}


def _offered_before(connection: Connection, organisation: str, name: str, before: Sequence[Entry]) -> dict[str, _Row]:
    rows = [
        {"organisation": organisation, "name": name, "value": value, "label": label, "position": place, "version": 1}
        for place, (value, label) in enumerate(before)
    ]
    if rows:
        connection.execute(insert(tables.dictionaries), rows)
    return {value: _Row(label, place, withdrawn=False) for place, (value, label) in enumerate(before)}


def _replace(
    connection: Connection,
    organisation: str,
    name: str,
    known: Mapping[str, _Row],
    found: Sequence[Entry],
    version: int,
    now: datetime,
) -> tuple[Change, bool]:
    table = tables.dictionaries
    new, renamed, gone, moved = 0, 0, 0, False
    for position, (value, label) in enumerate(found):
        old = known.get(value)
        if old == _Row(label, position, withdrawn=False):
            continue
        fresh = {"label": label, "position": position, "version": version, "withdrawn_at": None}
        if old is None:
            connection.execute(insert(table).values(organisation=organisation, name=name, value=value, **fresh))
        else:
            connection.execute(update(table).where(*_of(organisation, name), table.c.value == value).values(**fresh))
        new += old is None or old.withdrawn
        renamed += old is not None and not old.withdrawn and old.label != label
        moved = True
    still = {value for value, _ in found}
    for value, row in known.items():
        if value not in still and not row.withdrawn:
            mine = (*_of(organisation, name), table.c.value == value)
            connection.execute(update(table).where(*mine).values(version=version, withdrawn_at=now))
            gone += 1
    connection.execute(delete(table).where(*_of(organisation, name), table.c.withdrawn_at < now - _FORGET_AFTER))
    return Change(version, new, renamed, gone), moved or gone > 0


def _of(organisation: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return (tables.dictionaries.c.organisation == organisation, tables.dictionaries.c.name == name)
