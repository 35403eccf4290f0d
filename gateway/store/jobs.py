"""Jobs: claimed with a lease, tried with an open attempt on the disk before the call, finished with the outcome.

A claim is a lease with an end: whatever happens to the worker, the job comes back. An open attempt of a dead worker
says that the call may have been on its way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, select, text, update

from gateway.store import referrals, tables
from gateway.store.columns import Utc
from gateway.store.database import Database, clock
from gateway.store.tables import JobStatus, ReferralState


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be done outside, owned until `leased_until`."""

    id: int
    organisation: str
    kind: str
    reference: str
    position: int
    failures: int
    repeats: int
    since: datetime
    worker: str | None
    leased_until: datetime | None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A job whose lease has run out, and its open attempt if there is one."""

    job: Job
    attempt: int | None


@dataclass(frozen=True, slots=True)
class Finish:
    """How an attempt ended, and which state that leaves behind. `sealed_answer` was sealed by the caller."""

    outcome: str
    state: ReferralState
    reason: str | None
    job_status: JobStatus
    due_at: datetime
    failures: int
    repeats: int
    status: int | None = None
    shape: str | None = None
    sealed_answer: bytes | None = None


def claim(database: Database, *, organisation: str, worker: str, limit: int, lease: timedelta) -> list[Job]:
    """Lease up to `limit` due jobs of one destination. Time is the database's."""
    with database.read() as connection:  # an idle worker takes no write lock
        if connection.scalar(_ANYTHING_DUE, {"org": organisation, "now": clock(connection)}) is None:
            return []
    with database.write() as connection:
        now = clock(connection)
        ids = list(connection.scalars(_DUE, {"org": organisation, "now": now, "most": limit}))
        if not ids:
            return []
        table = tables.jobs
        claimed = connection.execute(
            update(table)
            .where(table.c.id.in_(ids), table.c.status == JobStatus.DUE)
            .values(status=JobStatus.LEASED, leased_until=now + lease, worker=worker)
            .returning(*_JOB)
        )
        return sorted((_job(row) for row in claimed), key=lambda job: job.id)


def renew(database: Database, *, worker: str, ids: Sequence[int], lease: timedelta) -> None:
    """Prolong the leases of a worker that is alive."""
    table = tables.jobs
    with database.write() as connection:
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids), table.c.worker == worker, table.c.status == JobStatus.LEASED)
            .values(leased_until=clock(connection) + lease)
        )


def begin(connection: Connection, payloads: Mapping[Job, int], now: datetime) -> dict[int, int]:
    """Record an attempt before each call, of the payload's version, and set the referrals to sending.

    Gives the attempts by their jobs' ids, without jobs whose lease is over and those that are not to be sent any more.
    """
    leased = held(connection, list(payloads), at=clock(connection))
    wanted = {job.reference: job for job in payloads if job.id in leased}
    leaving = [ReferralState.PENDING, ReferralState.UNKNOWN]
    moved = referrals.begin_sending(connection, list(wanted), leaving=leaving, now=now)
    opened = [
        {"job": job.id, "reference": reference, "payload": payloads[job], "worker": job.worker, "started_at": now}
        for reference, job in wanted.items()
        if reference in moved
    ]
    if not opened:
        return {}
    written = connection.execute(insert(tables.attempts).returning(tables.attempts.c.job, tables.attempts.c.id), opened)
    return {row.job: row.id for row in written}


def held(connection: Connection, wanted: Sequence[Job], *, at: datetime | None = None) -> set[int]:
    """Lock those jobs that still belong to the worker that claimed them, by a lease that lasts beyond `at`."""
    if not wanted:
        return set()
    table = tables.jobs
    mine = select(table.c.id).where(
        table.c.id.in_([job.id for job in wanted]),
        table.c.worker == wanted[0].worker,
        table.c.status == JobStatus.LEASED,
    )
    if at is not None:
        mine = mine.where(table.c.leased_until > at)
    # In one order everywhere, so that two workers never wait for each other.
    return set(connection.scalars(mine.order_by(table.c.id).with_for_update()))


def finish(connection: Connection, ends: Sequence[tuple[Job, int, Finish]], now: datetime) -> None:
    """Close attempts of jobs that are held, and move jobs and referrals on.

    Raises StateMoved where a referral was not being sent.
    """
    table = tables.jobs
    together: dict[tuple[object, ...], list[int]] = {}
    states: dict[tuple[ReferralState, str | None], list[str]] = {}
    for job, _, end in ends:
        together.setdefault((end.job_status, end.due_at, end.failures, end.repeats), []).append(job.id)
        states.setdefault((end.state, end.reason), []).append(job.reference)
    for (status, due_at, failures, repeats), ids in together.items():
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .values(status=status, due_at=due_at, leased_until=None, worker=None, failures=failures, repeats=repeats)
        )
    if ends:
        connection.execute(_CLOSE_ATTEMPT, [_closing(attempt, end, now) for _, attempt, end in ends])
    for (state, reason), references in states.items():
        referrals.move(connection, *references, leaving=[ReferralState.SENDING], to=state, reason=reason, now=now)


def free(connection: Connection, job: Job, *, status: JobStatus) -> bool:
    """Let go of a leased job that was not begun, due as it was; False where the lease was taken over."""
    changed = connection.execute(
        update(tables.jobs).where(_still_leased(job)).values(status=status, leased_until=None, worker=None)
    )
    return changed.rowcount == 1


def park(connection: Connection, job: Job, *, reason: str, now: datetime) -> None:
    """Set a leased job aside for a person, its referral failed, where it cannot even be tried."""
    if free(connection, job, status=JobStatus.PARKED):
        waiting = [ReferralState.PENDING, ReferralState.UNKNOWN]
        referrals.move(connection, job.reference, leaving=waiting, to=ReferralState.FAILED, reason=reason, now=now)


def give_back(database: Database, claimed: Sequence[Job]) -> None:
    """Let go of leased jobs that were not begun, due as they were."""
    if claimed:
        with database.write() as connection:
            for job in claimed:
                free(connection, job, status=JobStatus.DUE)


def let_go(connection: Connection, job: Job) -> None:
    """Give back a leased job that could not begin: due again, or done where its referral is settled."""
    table = tables.referrals
    state = connection.scalar(select(table.c.state).where(table.c.reference == job.reference))
    settled = state in (ReferralState.DELIVERED, ReferralState.CLOSED)
    free(connection, job, status=JobStatus.DONE if settled else JobStatus.DUE)


def abandoned(database: Database, *, limit: int = 100) -> list[Abandoned]:
    """List the jobs whose lease has run out on the database's clock."""
    jobs, tried = tables.jobs, tables.attempts
    with database.read() as connection:
        rows = connection.execute(
            select(*_JOB, tried.c.id.label("attempt"))
            .outerjoin(tried, and_(tried.c.job == jobs.c.id, tried.c.ended_at.is_(None)))
            .where(text("jobs.status = 'leased' AND jobs.item IS NULL"), jobs.c.leased_until < clock(connection))
            .limit(limit)
        ).all()
    return [Abandoned(_job(row), row.attempt) for row in rows]


def may_have_arrived(connection: Connection, references: Sequence[str]) -> set[str]:
    """Tell from the history which referrals an earlier attempt may have brought to the destination."""
    table = tables.attempts
    doubtful = select(table.c.reference).where(table.c.reference.in_(references), table.c.outcome == "unknown")
    return set(connection.scalars(doubtful))


def take_over(connection: Connection, found: Abandoned) -> bool:
    """Lock an abandoned job; False where its worker has shown life, or has begun, since it was listed."""
    jobs, tried = tables.jobs, tables.attempts
    still = select(jobs.c.id).where(_still_leased(found.job), jobs.c.leased_until == found.job.leased_until)
    if connection.scalar(still.with_for_update()) is None:
        return False
    opened = select(tried.c.id).where(tried.c.job == found.job.id, tried.c.ended_at.is_(None))
    return connection.scalar(opened) == found.attempt


def amend(connection: Connection, attempt: int, end: Finish, now: datetime) -> None:
    """Write what a late answer said into an attempt that was closed as unknown."""
    connection.execute(
        update(tables.attempts)
        .where(tables.attempts.c.id == attempt, tables.attempts.c.outcome == "unknown")
        .values(ended_at=now, outcome=end.outcome, status=end.status, shape=end.shape, sealed=end.sealed_answer)
    )


def _closing(attempt: int, end: Finish, now: datetime) -> dict[str, object]:
    return {
        "attempt": attempt,
        "now": now,
        "ended_as": end.outcome,
        "answered": end.status,
        "shaped": end.shape,
        "answer": end.sealed_answer,
    }


def _still_leased(job: Job) -> ColumnElement[bool]:
    table = tables.jobs
    return and_(table.c.id == job.id, table.c.worker == job.worker, table.c.status == JobStatus.LEASED)


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(**{name: row._mapping[name] for name in _JOB_FIELDS})


_JOB_FIELDS = tuple(Job.__dataclass_fields__)
_JOB = tuple(tables.jobs.c[name] for name in _JOB_FIELDS)
_READY = and_(
    tables.jobs.c.organisation == bindparam("org"),
    text("jobs.status = 'due' AND jobs.item IS NULL"),  # spelt out: a bound value would not use the partial index
    tables.jobs.c.due_at <= bindparam("now", type_=Utc),
)
_ANYTHING_DUE = select(tables.jobs.c.id).where(_READY).limit(1)
_DUE = (
    select(tables.jobs.c.id)
    .where(_READY)
    .order_by(tables.jobs.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLOSE_ATTEMPT = (
    update(tables.attempts)
    .where(tables.attempts.c.id == bindparam("attempt"), tables.attempts.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("now"),
        outcome=bindparam("ended_as"),
        status=bindparam("answered"),
        shape=bindparam("shaped"),
        sealed=bindparam("answer"),
    )
)
