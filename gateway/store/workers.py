"""Signs of life of the workers, and how old the oldest due job is: what /readyz tells."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text, update

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database, clock


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the delivery side looks from outside, on the database's clock."""

    since_last_worker: timedelta | None
    oldest_due: timedelta | None


def beat(database: Database, *, worker: str, started_at: datetime) -> None:
    """Write a worker's sign of life."""
    table = tables.workers
    with database.write() as connection:
        now = clock(connection)
        if not connection.execute(update(table).where(table.c.name == worker).values(seen_at=now)).rowcount:
            connection.execute(insert(table).values(name=worker, started_at=started_at, seen_at=now))
            connection.execute(delete(table).where(table.c.seen_at < now - timedelta(days=1)))


def leave(database: Database, *, worker: str) -> None:
    """Take a worker off the list when it ends in good order."""
    with database.write() as connection:
        connection.execute(delete(tables.workers).where(tables.workers.c.name == worker))


def any_alive(connection: Connection, within: timedelta) -> bool:
    """Tell whether a worker has shown life so short a time ago."""
    seen = connection.scalar(select(func.max(tables.workers.c.seen_at, type_=Utc)))
    return seen is not None and clock(connection) - seen < within


def pulse(database: Database) -> Pulse:
    """Measure the last sign of life and the oldest due job."""
    jobs = tables.jobs
    with database.read() as connection:
        now = clock(connection)
        seen = connection.scalar(select(func.max(tables.workers.c.seen_at, type_=Utc)))
        # What is about a mail or a file comes back by itself; and only so does the query use the index of what is due.
        waiting = text("jobs.status = 'due' AND jobs.item IS NULL")
        due = connection.scalar(select(func.min(jobs.c.due_at, type_=Utc)).where(waiting, jobs.c.due_at <= now))
    return Pulse(now - seen if seen else None, now - due if due else None)
