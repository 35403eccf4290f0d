"""Jobs that are claimed: tried with an open attempt on the disk before the call, finished with the outcome.

An open attempt of a dead worker says that the call may have been on its way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, case, insert, select, update

from gateway.store import doubts, following, referrals, tables
from gateway.store.columns import Utc
from gateway.store.following import Expected
from gateway.store.many import Several
from gateway.store.states import JobStatus, ReferralState


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
class Finish:
    """How an attempt ended, and which state that leaves behind. `sealed_answer` was sealed by the caller.

    `result` is what came of it at the destination, `following` the kind of the step that is due now; `files` go to the
    records that are named.
    """

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
    result: str | None = None
    following: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    expected: Expected | None = None  # what follows it


def begin(connection: Connection, payloads: Mapping[Job, int], now: datetime, *, at: datetime) -> dict[int, int]:
    """Record an attempt before each call, of the payload's version, and set the referrals to sending.

    Gives the attempts by their jobs' ids, without jobs whose lease is over `at` the database's time and those that are
    not to be sent any more.
    """
    leased = held(connection, list(payloads), at=at)
    wanted = {job.reference: job for job in payloads if job.id in leased}
    leaving = [ReferralState.PENDING, ReferralState.UNKNOWN]
    moved = referrals.begin_sending(connection, list(wanted), leaving=leaving, now=now)
    opened: dict[int, list[int]] = {}
    for reference, job in wanted.items():
        if reference in moved:
            opened.setdefault(payloads[job], []).append(job.id)
    return {
        row.job: row.id
        for version, ids in opened.items()
        for row in _OPEN_ATTEMPTS.rows(connection, ids=ids, version=version, now=now)
    }


def held(connection: Connection, wanted: Sequence[Job], *, at: datetime | None = None) -> set[int]:
    """Lock those jobs that still belong to the worker that claimed them, by a lease that lasts beyond `at`.

    One that a person sent on since is no longer what was claimed, even where the same worker has claimed it once more.
    """
    if not wanted:
        return set()
    ids, by = [job.id for job in wanted], wanted[0].worker
    found = (
        _MINE.rows(connection, ids=ids, by=by) if at is None else _MINE_STILL.rows(connection, ids=ids, by=by, at=at)
    )
    claimed = {(job.id, job.since) for job in wanted}
    return {row.id for row in found if (row.id, row.since) in claimed}


def finish(connection: Connection, ends: Sequence[tuple[Job, int, Finish]], now: datetime) -> set[str]:
    """Close attempts of jobs that are held, and move jobs and referrals on.

    Gives the referrals that were not being sent, which stay as they are: one of them must not keep the others from
    being closed, round after round.
    """
    if not ends:
        return set()
    together: dict[tuple[JobStatus, datetime, int, int], list[int]] = {}
    states: dict[tuple[ReferralState, str | None], list[str]] = {}
    for job, _, end in ends:
        together.setdefault((end.job_status, end.due_at, end.failures, end.repeats), []).append(job.id)
        states.setdefault((end.state, end.reason), []).append(job.reference)
    for (status, due_at, failures, repeats), ids in together.items():
        _MOVE_ON.run(connection, ids=ids, to=status, due=due_at, failed=failures, repeated=repeats)
    _CLOSE_ATTEMPT.run_each(connection, [_closing(attempt, end, now) for _, attempt, end in ends])
    for job, _, end in ends:
        follow(connection, job, end, now)
    strange = {job.reference for job, _, _ in ends}
    for (state, reason), references in states.items():
        strange -= referrals.move_those(
            connection, references, leaving=[ReferralState.SENDING], to=state, reason=reason, now=now
        )
    expected: dict[Expected, list[str]] = {}
    for job, _, end in ends:
        if end.expected is not None:
            expected.setdefault(end.expected, []).append(job.reference)
    following.expect(connection, expected, now)
    return strange


def follow(connection: Connection, job: Job, end: Finish, now: datetime) -> None:
    """Write what came of a step, and make due what comes after it: the next one, or the uploads of files.

    In the transaction that closes it.
    """
    table = tables.jobs
    if end.result is not None:
        connection.execute(update(table).where(table.c.id == job.id).values(result=end.result))
    if end.files:
        following.send_to(connection, job.reference, job.organisation, end.files, now)
    if end.following is None:
        return
    place = {"reference": job.reference, "position": job.position + 1}
    fresh = {"status": JobStatus.DUE, "due_at": now, "since": now, "failures": 0, "repeats": 0}
    # It is there already where the whole referral was sent on once more.
    there = update(table).where(
        table.c.reference == job.reference, table.c.position == job.position + 1, table.c.item.is_(None)
    )
    if connection.execute(there.values(**fresh)).rowcount == 0:
        values = {"organisation": job.organisation, "kind": end.following, **place, **fresh}
        connection.execute(insert(table).values(values))
    doubts.inherit(connection, job.reference, job.position + 1, now)


def free(connection: Connection, job: Job, *, status: JobStatus) -> bool:
    """Let go of a leased job that was not begun, due as it was; False where the lease was taken over."""
    changed = connection.execute(
        update(tables.jobs).where(still_leased(job)).values(status=status, leased_until=None, worker=None)
    )
    return changed.rowcount == 1


def park(connection: Connection, job: Job, *, reason: str, now: datetime) -> None:
    """Set a leased job aside for a person, its referral failed, where it cannot even be tried.

    Where the referral waits for nothing any more, the job is done.
    """
    if not free(connection, job, status=JobStatus.PARKED):
        return
    waiting = [ReferralState.PENDING, ReferralState.UNKNOWN]
    moved = referrals.move_those(
        connection, [job.reference], leaving=waiting, to=ReferralState.FAILED, reason=reason, now=now
    )
    if not moved:
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == job.id).values(status=JobStatus.DONE))


def let_go(connection: Connection, jobs: Sequence[Job]) -> None:
    """Give back leased jobs that were not begun: due again, or done where their referrals are settled.

    One that was claimed once more meanwhile, and begun, stays with its worker.
    """
    if not jobs:
        return
    table, referral = tables.jobs, tables.referrals
    mine = table.c.id.in_(held(connection, jobs))

    def theirs_is(*states: ReferralState) -> ColumnElement[bool]:
        among = referral.c.reference.in_([job.reference for job in jobs])
        return table.c.reference.in_(select(referral.c.reference).where(among, referral.c.state.in_(states)))

    status = case((theirs_is(ReferralState.DELIVERED, ReferralState.CLOSED), JobStatus.DONE), else_=JobStatus.DUE)
    connection.execute(
        update(table)
        .where(mine, ~theirs_is(ReferralState.SENDING))
        .values(status=status, leased_until=None, worker=None)
    )


def may_have_arrived(connection: Connection, references: Sequence[str]) -> set[str]:
    """Tell from the history which referrals an earlier attempt may have brought to the destination."""
    return set(connection.scalars(_DOUBTFUL, {"references": list(references)}))


def doubtful(connection: Connection, jobs: Sequence[int]) -> set[int]:
    """Tell the same of single steps, by the ids of their jobs: one may be there while another certainly is not."""
    return {row.job for row in _DOUBTFUL_STEPS.rows(connection, jobs=list(jobs))}


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


def still_leased(job: Job) -> ColumnElement[bool]:
    """Find a job as long as it belongs to the worker that claimed it."""
    table = tables.jobs
    return and_(table.c.id == job.id, table.c.worker == job.worker, table.c.status == JobStatus.LEASED)


JOB = tuple(tables.jobs.c[name] for name in Job.__dataclass_fields__)
_IDS = tables.jobs.c.id.in_(bindparam("ids", expanding=True))
# In one order everywhere, so that two workers never wait for each other.
_LEASED = (
    select(tables.jobs.c.id, tables.jobs.c.since)
    .where(_IDS, tables.jobs.c.worker == bindparam("by"), tables.jobs.c.status == JobStatus.LEASED)
    .order_by(tables.jobs.c.id)
    .with_for_update()
)
_MINE = Several(_LEASED)
_MINE_STILL = Several(_LEASED.where(tables.jobs.c.leased_until > bindparam("at", type_=Utc)))
_MOVE_ON = Several(
    update(tables.jobs)
    .where(_IDS)
    .values(
        status=bindparam("to"),
        due_at=bindparam("due"),
        failures=bindparam("failed"),
        repeats=bindparam("repeated"),
        leased_until=None,
        worker=None,
    )
)
_OPEN_ATTEMPTS = Several(
    insert(tables.attempts)
    .from_select(
        ["job", "reference", "payload", "worker", "started_at"],
        select(
            tables.jobs.c.id,
            tables.jobs.c.reference,
            bindparam("version", type_=Integer),
            tables.jobs.c.worker,
            bindparam("now", type_=Utc),
        ).where(_IDS),
    )
    .returning(tables.attempts.c.job, tables.attempts.c.id)
)
_DOUBTFUL = select(tables.attempts.c.reference).where(
    tables.attempts.c.reference.in_(bindparam("references", expanding=True)), tables.attempts.c.outcome == "unknown"
)
_DOUBTFUL_STEPS = Several(
    select(tables.attempts.c.job).where(
        tables.attempts.c.job.in_(bindparam("jobs", expanding=True)), tables.attempts.c.outcome == "unknown"
    )
)
_CLOSE_ATTEMPT = Several(
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
