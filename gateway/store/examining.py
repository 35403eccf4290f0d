"""Looks at a store that may be broken: each function gives an answer in plain words where others would raise."""

import fcntl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import tables
from gateway.store.database import Database, Moved, clock, revision
from gateway.store.resealing import KINDS, Unreadable
from gateway.store.states import JobStatus

_PROBE = "doctor"
_CONNECT_SECONDS = "10"
_LOOKS, _PAUSE_SECONDS = 30, 0.1


@dataclass(frozen=True, slots=True)
class Left:
    """What workers left behind: leases that ran out, and attempts that nobody will close."""

    leases: int
    attempts: int


def opened(url: str) -> tuple[Database | None, str | None]:
    """Open a store that can be used; else say why not, and behind a colon what to do."""
    try:
        found = Database(_patient(url))
    except (SQLAlchemyError, ValueError):
        return None, "GATEWAY_DATABASE_URL is no address: see docs/settings.md"
    try:
        if found.sqlite_file and found.sqlite_file.parent.is_dir() and not found.sqlite_file.is_file():
            return None, f"there is no file {found.sqlite_file}: run `flask migrate`, or correct GATEWAY_DATABASE_URL"
        problem = found.problem()
    except (SQLAlchemyError, OSError):
        problem = "the database cannot be read: look at its own log, and at the rights of its files"
    if problem is None:
        return found, None
    found.close()
    return None, problem


def _patient(url: str) -> str:
    """Give the address of a store, waiting for a host that does not answer for a few seconds only."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" or "connect_timeout" in parsed.query:
        return url
    return parsed.update_query_dict({"connect_timeout": _CONNECT_SECONDS}).render_as_string(hide_password=False)


def newer(database: Database) -> str:
    """Name the version of the tables where it is newer than ours; "" where it is not."""
    with database.read() as connection:
        found = revision(connection)
    return found if found > tables.REVISION else ""


def try_to_write(database: Database) -> str:
    """Write a row and take it away again; say what kind of error came of it, or ""."""
    table = tables.progress
    try:
        with database.write() as connection:
            connection.execute(delete(table).where(table.c.name == _PROBE))
            connection.execute(insert(table).values(name=_PROBE, place="", updated_at=datetime.now(UTC)))
            connection.execute(delete(table).where(table.c.name == _PROBE))
    except (SQLAlchemyError, OSError, Moved) as error:
        return type(error).__name__
    return ""


def is_free_to_write(database: Database) -> bool:
    """Tell whether the turn to write on an SQLite database comes within a few seconds."""
    if database.sqlite_file is None:
        return True
    path = database.sqlite_file.with_name(database.sqlite_file.name + ".lock")
    pause = threading.Event()
    try:
        with path.open("ab") as file:
            for _ in range(_LOOKS):
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pause.wait(_PAUSE_SECONDS)
                else:
                    return True
    except OSError:
        return True  # whoever tries to write hears of it
    return False


def clock_difference(database: Database) -> timedelta:
    """Say by how much the database's clock is ahead of ours."""
    with database.read() as connection:
        before = datetime.now(UTC)
        theirs = clock(connection)
        return theirs - (before + (datetime.now(UTC) - before) / 2)


def newest(database: Database, ring: KeyRing) -> Iterator[Unreadable | str]:
    """Try to open what was sealed last in each table: give the table's name, or why it cannot be read."""
    for kind in KINDS:
        by = kind.table.c.get("created_at", None)
        order = [by.desc()] if by is not None else [column.desc() for column in kind.key]
        wanted: Select[Any] = (
            select(*kind.key, kind.table.c.sealed, kind.about.label("about"))
            .where(kind.table.c.sealed.is_not(None))
            .order_by(*order)
            .limit(1)
        )
        with database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            continue
        reason = ""
        for place in kind.places(row):
            try:
                ring.open(row.sealed, table=kind.table.name, row=place, column="sealed")
            except KeyMissing:
                reason = "its key is not in GATEWAY_KEYS"
            except SealBroken:
                reason = "it was changed or moved"
            else:
                reason = ""
                break
        yield Unreadable(kind.table.name, str(row.about), reason) if reason else kind.table.name


def left_behind(database: Database, *, lease: timedelta) -> Left:
    """Count leases that ran out a lease ago, and attempts that are open without one, on the database's clock."""
    jobs, attempts = tables.jobs, tables.attempts
    with database.read() as connection:
        before = clock(connection) - lease
        leases = select(func.count()).where(jobs.c.status == JobStatus.LEASED, jobs.c.leased_until < before)
        orphans = (
            select(func.count())
            .select_from(attempts.join(jobs, attempts.c.job == jobs.c.id))
            .where(attempts.c.ended_at.is_(None), attempts.c.started_at < before, jobs.c.status != JobStatus.LEASED)
        )
        return Left(connection.scalar(leases) or 0, connection.scalar(orphans) or 0)
