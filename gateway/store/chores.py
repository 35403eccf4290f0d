"""Chores: jobs about a mail or a file, claimed apart from those of destinations so that neither waits for the other.

Doing one twice is harmless, so there are no attempts: a lease that runs out is simply claimed again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, text, update

from gateway.store import tables
from gateway.store.database import Database, clock
from gateway.store.states import OPEN_CHORES, JobStatus


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to be done with a mail or a file (`item`), owned until its lease runs out."""

    id: int
    organisation: str
    kind: str
    item: str
    failures: int
    since: datetime
    worker: str | None


def add(
    connection: Connection, *, kind: str, item: str, organisation: str, now: datetime, reference: str | None = None
) -> None:
    """Write a chore that is due now, in the transaction of what it is about."""
    connection.execute(
        insert(tables.jobs).values(
            organisation=organisation,
            kind=kind,
            reference=reference,
            position=0,
            item=item,
            status=JobStatus.DUE,
            due_at=now,
            since=now,
        )
    )


def claim(
    database: Database,
    *,
    kinds: Sequence[str],
    worker: str,
    limit: int,
    lease: timedelta,
    organisations: Collection[str] | None = None,
) -> list[Chore]:
    """Lease up to `limit` chores that are due, or whose worker shows no life any more. Time is the database's.

    Where `organisations` are named, theirs alone.
    """
    table = tables.jobs
    theirs = [] if organisations is None else [table.c.organisation.in_(organisations)]
    with database.read() as connection:  # an idle worker takes no write lock
        ready = select(table.c.id).where(*_ready(kinds, clock(connection)), *theirs)
        if connection.scalar(ready.limit(1)) is None:
            return []
    with database.write() as connection:
        now = clock(connection)
        due = select(table.c.id).where(*_ready(kinds, now), *theirs).order_by(table.c.due_at).limit(limit)
        ids = list(connection.scalars(due.with_for_update(skip_locked=True)))
        claimed = connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .values(status=JobStatus.LEASED, leased_until=now + lease, worker=worker)
            .returning(*(table.c[name] for name in Chore.__dataclass_fields__))
        )
        return sorted((Chore(**row._mapping) for row in claimed), key=lambda chore: chore.id)


def end(connection: Connection, chore: Chore, *, status: JobStatus, due_at: datetime, failures: int) -> bool:
    """Let go of a chore as done, due again or parked; False where another worker has taken it over."""
    table = tables.jobs
    changed = connection.execute(
        update(table)
        .where(table.c.id == chore.id, table.c.worker == chore.worker, table.c.status == JobStatus.LEASED)
        .values(status=status, due_at=due_at, failures=failures, leased_until=None, worker=None)
    )
    return changed.rowcount == 1


def _ready(kinds: Sequence[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = tables.jobs
    return (
        and_(text(OPEN_CHORES)),
        # What is leased was due too: so all that waits for its time, such as imports, is not even looked at.
        table.c.due_at <= now,
        # As an expression: else SQLite takes the index of kinds and items, and walks through all that ever was.
        (table.c.kind + "").in_(kinds),
        or_(table.c.status == JobStatus.DUE, and_(table.c.status == JobStatus.LEASED, table.c.leased_until < now)),
    )
