"""Settling: a decision moves referrals and the jobs behind them together, and stands in the audit trail.

A decision and a claim never both win: each names the state that it leaves. Nothing that is being sent is settled.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, select, text, true, update

from gateway.store import audit, jobs, referrals, tables
from gateway.store.database import Database
from gateway.store.jobs import Job
from gateway.store.referrals import StateMoved
from gateway.store.sending import STAGE
from gateway.store.states import NOT_DELIVERED, JobStatus, ReferralState

FOUND = "found at the destination"
_WAITING = (ReferralState.PENDING, ReferralState.UNKNOWN)


def settle(
    database: Database,
    reference: str,
    *,
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str,
    job_status: JobStatus,
    actor: str,
    now: datetime,
    undoes: Sequence[str] = (),
) -> None:
    """Do what a person decided of one referral. Raises StateMoved where it is in none of the states `leaving`.

    What `undoes` a decision does so for one of these reasons alone, and opens the job again that was done by it.
    """
    with database.write() as connection:
        if undoes:
            _refuse_unless_decided(connection, reference, undoes)
        moved = move(
            connection,
            [reference],
            leaving=leaving,
            to=to,
            reason=reason,
            job_status=job_status,
            actor=actor,
            action=f"settle {to}",
            now=now,
            done_too=bool(undoes),
        )
        if not moved:
            raise StateMoved(f"{reference} is no longer {' or '.join(leaving)}")


def _refuse_unless_decided(connection: Connection, reference: str, reasons: Sequence[str]) -> None:
    """Raise StateMoved where it stands for another reason, or in several steps, of which some may be done."""
    table, mine = tables.jobs, tables.referrals
    # The jobs first, as everywhere.
    theirs = select(table.c.id).where(table.c.reference == reference, table.c.item.is_(None)).order_by(table.c.id)
    steps = connection.scalars(theirs.with_for_update()).all()
    reason = connection.scalar(select(mine.c.reason).where(mine.c.reference == reference).with_for_update())
    if reason not in reasons or len(steps) > 1:
        raise StateMoved(f"{reference} does not stand as a person decided")


def move(
    connection: Connection,
    references: Collection[str],
    *,
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str,
    job_status: JobStatus,
    actor: str,
    action: str,
    now: datetime,
    done_too: bool = False,
) -> set[str]:
    """Move those referrals that are in one of the states `leaving`, with their open jobs and fresh counts.

    What is closed has no job left; any other decision leaves the files' jobs alone. `done_too`: jobs that were done are
    opened again. Gives those that were moved.
    """
    table = tables.jobs
    theirs = table.c.reference.in_(references)
    concerned = theirs if to is ReferralState.CLOSED else and_(theirs, table.c.item.is_(None))
    # The jobs before their referrals, in one order, as the workers do: two transactions never wait for each other.
    connection.execute(select(table.c.id).where(concerned).order_by(table.c.id).with_for_update())
    moved = referrals.move_those(connection, references, leaving=leaving, to=to, reason=reason, now=now)
    still_open = true() if done_too else table.c.status != JobStatus.DONE
    connection.execute(
        update(table)
        .where(concerned, table.c.reference.in_(moved), still_open)
        .values(status=job_status, due_at=now, since=now, failures=0, repeats=0, leased_until=None, worker=None)
    )
    for reference in sorted(moved):
        audit.write(connection, actor=actor, action=action, reference=reference, detail=reason, now=now)
    return moved


def found(connection: Connection, wanted: Sequence[Job], *, worker: str, now: datetime) -> set[str]:
    """End the delivery of what its destination says is there already; its attempts stay as they were.

    Gives the references, without those of jobs that are no longer this worker's.
    """
    mine = jobs.held(connection, wanted)
    return seen(
        connection, [job.reference for job in wanted if job.id in mine], leaving=_WAITING, worker=worker, now=now
    )


def parked(database: Database, organisation: str, *, at_most: int, behind: str = "") -> list[str]:
    """Name referrals that may have arrived whole and wait for a person, in their order, from behind one of them."""
    table, waiting = tables.jobs, tables.referrals
    wanted = (
        select(table.c.reference)
        .join(waiting, waiting.c.reference == table.c.reference)
        .where(
            waiting.c.state == ReferralState.UNKNOWN,
            text(f"referrals.{NOT_DELIVERED}"),
            waiting.c.organisation == organisation,
            table.c.kind == STAGE,
            table.c.status == JobStatus.PARKED,
            table.c.reference > behind,
        )
        .order_by(table.c.reference)
        .limit(at_most)
    )
    with database.read() as connection:
        return [row.reference for row in connection.execute(wanted)]


def seen(
    connection: Connection,
    references: Collection[str],
    *,
    worker: str,
    now: datetime,
    leaving: Sequence[ReferralState] = (ReferralState.UNKNOWN,),
) -> set[str]:
    """End the delivery of referrals that the destination itself has shown; gives those that were still in doubt."""
    return move(
        connection,
        references,
        leaving=leaving,
        to=ReferralState.DELIVERED,
        reason=FOUND,
        job_status=JobStatus.DONE,
        actor=worker,
        action="found",
        now=now,
    )


def put_off(
    connection: Connection,
    wanted: Sequence[Job],
    *,
    state: ReferralState,
    reason: str | None,
    job_status: JobStatus,
    due_at: datetime,
    failures: int,
    now: datetime,
) -> set[str]:
    """Give leased jobs back that nobody began, to be done later or by a person; gives the references."""
    mine = jobs.held(connection, wanted)
    table = tables.jobs
    connection.execute(
        update(table)
        .where(table.c.id.in_(mine))
        .values(status=job_status, due_at=due_at, failures=failures, leased_until=None, worker=None)
    )
    references = [job.reference for job in wanted if job.id in mine]
    return referrals.move_those(connection, references, leaving=_WAITING, to=state, reason=reason, now=now)
