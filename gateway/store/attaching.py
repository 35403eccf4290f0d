"""Uploads of files to records: each try with an open attempt on the disk before it, each file moved with its errand.

Where a worker dies, its open attempt says that the file may be there already. Whatever may be, goes with a mark.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal, or_, select, update

from gateway.store import chores, tables
from gateway.store.chores import Chore
from gateway.store.columns import Utc
from gateway.store.database import Database, clock
from gateway.store.doubts import RESTORED
from gateway.store.following import UNSENT, UPLOAD
from gateway.store.states import FileState, JobStatus, ReferralState

NO_PAYLOAD = 0  # of an attempt that sends a file
# Before the outcome of such an attempt: what is asked about the attempts of referrals must not meet it.
_OF_AN_UPLOAD = "upload "
UNKNOWN = f"{_OF_AN_UPLOAD}unknown"


@dataclass(frozen=True, slots=True)
class Task:
    """An upload that is to be done: to which record, and what was tried before."""

    reference: str
    state: ReferralState
    purged: bool
    file: FileState | None
    record: str
    repeats: int
    open_attempt: int | None
    may_have_arrived: bool


@dataclass(frozen=True, slots=True)
class End:
    """How an upload ended, and what that makes of its errand and of its file. `sealed_answer` was sealed before."""

    outcome: str
    file: FileState
    job: JobStatus
    due_at: datetime
    failures: int
    repeats: int
    status: int | None = None
    sealed_answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """Where the upload of a file stands, as people see it."""

    file: str
    status: JobStatus
    record: str
    outcome: str  # of the last try; "" where there was none, or while it is under way


def task(connection: Connection, chore: Chore) -> Task | None:
    """Read and lock what an upload is about; None where it belongs to another worker by now."""
    jobs, files, referrals, tried = tables.jobs, tables.files, tables.referrals, tables.attempts
    job = connection.execute(
        select(jobs.c.reference, jobs.c.result, jobs.c.repeats)
        .where(
            jobs.c.id == chore.id,
            jobs.c.worker == chore.worker,
            jobs.c.status == JobStatus.LEASED,
            jobs.c.leased_until > clock(connection),
        )
        .with_for_update()
    ).first()
    if job is None:
        return None
    referral = connection.execute(
        select(referrals.c.state, referrals.c.purged_at).where(referrals.c.reference == job.reference)
    ).one()
    since_a_backup = and_(tried.c.reference == job.reference, tried.c.worker == RESTORED, tried.c.outcome == UNKNOWN)
    before = connection.execute(
        select(tried.c.id, tried.c.outcome).where(or_(tried.c.job == chore.id, since_a_backup))
    ).all()
    file = connection.scalar(select(files.c.state).where(files.c.id == chore.item))
    return Task(
        reference=job.reference,
        state=ReferralState(referral.state),
        purged=referral.purged_at is not None,
        file=FileState(file) if file else None,
        record=job.result or "",
        repeats=job.repeats,
        open_attempt=next((each.id for each in before if each.outcome is None), None),
        # Without the prefix it was said by whoever ends what is open without looking what it is.
        may_have_arrived=any(each.outcome in (UNKNOWN, "unknown") for each in before),
    )


def begin(connection: Connection, chore: Chore, reference: str, now: datetime) -> int:
    """Open an attempt before the upload, in the transaction that locked its errand; give its id."""
    opened = insert(tables.attempts).values(
        job=chore.id, reference=reference, payload=NO_PAYLOAD, worker=chore.worker, started_at=now
    )
    return int(connection.execute(opened.returning(tables.attempts.c.id)).scalar_one())


def close(connection: Connection, chore: Chore, attempt: int, end: End, now: datetime) -> bool:
    """Close an upload's attempt, end its errand and move its file; False where the errand was taken over."""
    jobs = tables.jobs
    if not chores.end(connection, chore, status=end.job, due_at=end.due_at, failures=end.failures):
        return False
    connection.execute(update(jobs).where(jobs.c.id == chore.id).values(repeats=end.repeats))
    _close_attempt(connection, attempt, end, now, leaving=None)
    _move_file(connection, chore.item, end.file)
    return True


def close_late(connection: Connection, chore: Chore, attempt: int, end: End, now: datetime) -> bool:
    """Write down that an upload which was given up as unknown has arrived; False where nothing is left to write."""
    jobs = tables.jobs
    ended = connection.execute(
        update(jobs)
        .where(jobs.c.id == chore.id, jobs.c.status.in_([JobStatus.DUE, JobStatus.PARKED]))
        .values(status=JobStatus.DONE)
    )
    if ended.rowcount != 1 or not _close_attempt(connection, attempt, end, now, leaving=UNKNOWN):
        return False
    return _move_file(connection, chore.item, end.file)


def sendings(database: Database, reference: str) -> dict[str, Sending]:
    """Tell of each file of a referral that goes to a record how far it has come, by the file's id."""
    jobs, tried = tables.jobs, tables.attempts
    wanted = (
        select(jobs.c.item, jobs.c.status, jobs.c.result, tried.c.outcome)
        .outerjoin(tried, tried.c.job == jobs.c.id)
        .where(jobs.c.reference == reference, jobs.c.kind == UPLOAD)
        .order_by(tried.c.id)
    )
    with database.read() as connection:
        rows = connection.execute(wanted).all()
    return {
        row.item: Sending(
            row.item, JobStatus(row.status), row.result or "", (row.outcome or "").removeprefix(_OF_AN_UPLOAD)
        )
        for row in rows
    }


def _close_attempt(connection: Connection, attempt: int, end: End, now: datetime, *, leaving: str | None) -> bool:
    table = tables.attempts
    changed = connection.execute(
        update(table)
        .where(table.c.id == attempt, table.c.outcome == leaving if leaving else table.c.ended_at.is_(None))
        .values(ended_at=now, outcome=f"{_OF_AN_UPLOAD}{end.outcome}", status=end.status, sealed=end.sealed_answer)
    )
    return changed.rowcount == 1


def _move_file(connection: Connection, file: str, to: FileState) -> bool:
    table = tables.files
    leaving = and_(table.c.id == file, table.c.state.in_([*UNSENT, FileState.FAILED]))
    return connection.execute(update(table).where(leaving).values(state=to)).rowcount == 1


def doubt(connection: Connection, now: datetime) -> None:
    """Let every file that is not at a record be in doubt: it may have gone there since a backup was made."""
    jobs, files, tried = tables.jobs, tables.files, tables.attempts
    missing = (
        select(
            func.min(jobs.c.id),
            jobs.c.reference,
            literal(NO_PAYLOAD),
            literal(RESTORED),
            literal(now, Utc),
            literal(now, Utc),
            literal(UNKNOWN),
        )
        .join(files, files.c.reference == jobs.c.reference)
        .where(files.c.state.not_in([FileState.ATTACHED, FileState.REFUSED]))
        .group_by(jobs.c.reference)
    )
    names = ["job", "reference", "payload", "worker", "started_at", "ended_at", "outcome"]
    connection.execute(insert(tried).from_select(names, missing))
