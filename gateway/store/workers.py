"""Signs of life of the workers, and how old the oldest job is that they could do: what /readyz tells."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, select, text, update

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database, clock

LATE_AFTER = timedelta(minutes=15)
SILENT_AFTER = timedelta(minutes=1)  # without a sign of life: no worker is there


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the delivery side looks from outside, on the database's clock."""

    since_last_worker: timedelta | None
    oldest_due: timedelta | None  # of a destination that may be called

    @property
    def overdue(self) -> timedelta | None:
        """How long the oldest job has been due, where a worker should have done it long ago."""
        return self.oldest_due if self.oldest_due is not None and self.oldest_due > LATE_AFTER else None


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
    jobs, theirs = tables.jobs, tables.destinations
    # A destination that is paused, or away, is no fault of the workers: a line of its own tells of it.
    shut = and_(jobs.c.organisation == theirs.c.organisation, theirs.c.paused_at.is_not(None))
    away = and_(jobs.c.organisation == theirs.c.organisation, theirs.c.broken_until.is_not(None))
    with database.read() as connection:
        now = clock(connection)
        seen = connection.scalar(select(func.max(tables.workers.c.seen_at, type_=Utc)))
        # What is about a mail or a file comes back by itself; and only so does the query use the index of what is due.
        waiting = text("jobs.status = 'due' AND jobs.item IS NULL")
        due = connection.scalar(
            select(func.min(jobs.c.due_at, type_=Utc)).where(
                waiting, jobs.c.due_at <= now, ~select(theirs.c.organisation).where(shut | away).exists()
            )
        )
    return Pulse(now - seen if seen else None, now - due if due else None)
