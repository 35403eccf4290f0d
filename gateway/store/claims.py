"""Claims: jobs leased by a worker, kept while it lives, given back when it ends, and found when it died.

A claim is a lease with an end on the database's clock: whatever happens to the worker, the job comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, exists, func, select, text, update

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database, clock
from gateway.store.jobs import JOB, Job, still_leased
from gateway.store.many import Several
from gateway.store.states import JobStatus


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A job whose lease has run out, and its open attempt if there is one."""

    job: Job
    attempt: int | None


def waiting(connection: Connection, at: datetime) -> list[str]:
    """Name the organisations that have jobs due, however many those are. `at` is read from the database's `clock`."""
    return [row.slug for row in _WAITING.rows(connection, now=at)]


def claim(
    connection: Connection, rooms: Mapping[str, int], *, worker: str, lease: timedelta, at: datetime
) -> list[Job]:
    """Lease the jobs that have been due longest, for each organisation as many as it has room for.

    `at` is read from the database's `clock`.
    """
    ids = [
        row.id
        for organisation, room in rooms.items()
        for row in _DUE.rows(connection, org=organisation, now=at, most=room)
    ]
    if not ids:
        return []
    claimed = _LEASE.rows(connection, ids=ids, until=at + lease, by=worker)
    return sorted((Job(*row) for row in claimed), key=lambda job: job.id)


def renew(database: Database, *, worker: str, ids: Sequence[int], lease: timedelta) -> None:
    """Prolong the leases of a worker that is alive."""
    table = tables.jobs
    with database.write() as connection:
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids), table.c.worker == worker, table.c.status == JobStatus.LEASED)
            .values(leased_until=clock(connection) + lease)
        )


def give_back(database: Database, *, worker: str, but: Sequence[int] = ()) -> int:
    """Make due at once what a worker that ends had claimed and not begun, but for these jobs; give the number."""
    table, tried = tables.jobs, tables.attempts
    begun = exists().where(tried.c.job == table.c.id, tried.c.ended_at.is_(None))
    with database.write() as connection:
        freed = connection.execute(
            update(table)
            .where(text("jobs.status = 'leased' AND jobs.item IS NULL"), table.c.worker == worker, ~begun)
            .where(table.c.id.not_in(but))
            .values(status=JobStatus.DUE, leased_until=None, worker=None)
        )
    return freed.rowcount


def abandoned(database: Database, *, limit: int = 100) -> list[Abandoned]:
    """List the jobs whose lease has run out on the database's clock."""
    jobs, tried = tables.jobs, tables.attempts
    with database.read() as connection:
        rows = connection.execute(
            select(*JOB, tried.c.id.label("attempt"))
            .outerjoin(tried, and_(tried.c.job == jobs.c.id, tried.c.ended_at.is_(None)))
            .where(text("jobs.status = 'leased' AND jobs.item IS NULL"), jobs.c.leased_until < clock(connection))
            .limit(limit)
        ).all()
    return [Abandoned(Job(*row[:-1]), row.attempt) for row in rows]


def take_over(connection: Connection, found: Abandoned) -> bool:
    """Lock an abandoned job; False where its worker has shown life, or has begun, since it was listed."""
    jobs, tried = tables.jobs, tables.attempts
    still = select(jobs.c.id).where(still_leased(found.job), jobs.c.leased_until == found.job.leased_until)
    if connection.scalar(still.with_for_update()) is None:
        return False
    opened = select(tried.c.id).where(tried.c.job == found.job.id, tried.c.ended_at.is_(None))
    return connection.scalar(opened) == found.attempt


_jobs = tables.jobs
_OPEN = text("jobs.status = 'due' AND jobs.item IS NULL")  # spelt out: a bound value would not use the partial index
_NOW = bindparam("now", type_=Utc)
_DUE = Several(
    select(_jobs.c.id)
    .where(_jobs.c.organisation == bindparam("org"), _OPEN, _jobs.c.due_at <= _NOW)
    .order_by(_jobs.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = Several(
    update(_jobs)
    .where(_jobs.c.id.in_(bindparam("ids", expanding=True)), _jobs.c.status == JobStatus.DUE)
    .values(status=JobStatus.LEASED, leased_until=bindparam("until", type_=Utc), worker=bindparam("by"))
    .returning(*JOB)
)
# From organisation to organisation along the index, a step for each, so that a long queue is not read through.
_first = select(func.min(_jobs.c.organisation).label("slug")).where(_OPEN).cte("queues", recursive=True)
_next = select(func.min(_jobs.c.organisation)).where(_OPEN, _jobs.c.organisation > _first.c.slug).scalar_subquery()
_queues = _first.union_all(select(_next).where(_first.c.slug.is_not(None)))
_WAITING = Several(
    select(_queues.c.slug).where(exists().where(_jobs.c.organisation == _queues.c.slug, _OPEN, _jobs.c.due_at <= _NOW))
)
