"""Purging: what has been kept for long enough is deleted, and nothing that may still be needed.

A referral goes once it was delivered or closed, its days are over, and a person has seen that its destination takes
referrals in. What was not delivered waits for a person for ever; each one is judged again in the transaction that
deletes it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from gateway.ledger import Ledger
from gateway.store import audit, emptying, tables
from gateway.store.database import Database
from gateway.store.following import IMPORT
from gateway.store.states import FileState, JobStatus, ReferralState

_STILL_NEEDED = (FileState.QUARANTINED, FileState.WAITING, FileState.FAILED)
_ENDED = (ReferralState.DELIVERED, ReferralState.CLOSED)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an organisation keeps what was sent.

    `delivered`: since the destination accepted it, or since it was closed. `undelivered`: what was closed without being
    delivered, since it was sent; and files that never got on. `answers`: what a destination answered.
    """

    delivered: timedelta
    undelivered: timedelta
    answers: timedelta


def due(
    database: Database, organisation: str, retention: Retention, now: datetime, *, at_most: int | None = None
) -> list[str]:
    """Name the referrals of an organisation whose time is over, the oldest first."""
    table = tables.referrals
    wanted = select(table.c.reference).where(table.c.organisation == organisation, _time_is_over(retention, now))
    with database.read() as connection:
        return list(connection.scalars(wanted.order_by(table.c.created_at, table.c.reference).limit(at_most)))


def purge(
    database: Database, ledger: Ledger, reference: str, retention: Retention, *, actor: str, now: datetime
) -> bool:
    """Empty a referral whose time is over, in one transaction; False where it is not, or is being worked on.

    Raises LedgerProblem: nothing is purged that a restored database would bring back.
    """
    table = tables.referrals
    with database.write() as connection:
        work = emptying.lock_work(connection, reference)
        if any(each.leased_until is not None for each in work):
            return False
        purged = connection.execute(
            update(table)
            .where(table.c.reference == reference, _time_is_over(retention, now))
            .values(sealed=None, purged_at=now)
            .returning(table.c.organisation)
        ).first()
        if purged is None:
            return False
        emptying.empty(connection, reference, work)
        audit.write(
            connection,
            actor=actor,
            action="purge",
            organisation=purged.organisation,
            reference=reference,
            detail="its time is over",
            now=now,
        )
        ledger.purged([reference], now)  # last, so that what fails before leaves no line
    return True


def purge_answers(
    database: Database, organisation: str, retention: Retention, now: datetime, *, at_most: int = 200
) -> int:
    """Delete what the destination answered long enough ago, at most so many at once; give their number."""
    attempts, referrals = tables.attempts, tables.referrals
    wanted = (
        select(attempts.c.id)
        .join(referrals, referrals.c.reference == attempts.c.reference)
        .where(
            attempts.c.sealed.is_not(None),
            attempts.c.ended_at <= now - retention.answers,
            referrals.c.organisation == organisation,
            _is_proven(),
        )
        .limit(at_most)
    )
    with database.read() as connection:
        old = list(connection.scalars(wanted))
    if not old:
        return 0
    with database.write() as connection:
        changed = connection.execute(
            update(attempts).where(attempts.c.id.in_(old), attempts.c.sealed.is_not(None)).values(sealed=None)
        )
        return changed.rowcount


def kept_for_ever(database: Database, served: Collection[str]) -> dict[str, int]:
    """Count what no retention speaks of: referrals of organisations that are not `served` here any more."""
    table = tables.referrals
    wanted = (
        select(table.c.organisation, func.count().label("number"))
        .where(table.c.purged_at.is_(None), table.c.organisation.not_in(served))
        .group_by(table.c.organisation)
    )
    with database.read() as connection:
        return {row.organisation: row.number for row in connection.execute(wanted)}


def unproven(database: Database, organisation: str) -> int:
    """Count what is over and kept all the same, for nobody has seen yet that it arrives at the destination."""
    table = tables.referrals
    ended = and_(table.c.organisation == organisation, table.c.purged_at.is_(None), table.c.state.in_(_ENDED))
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(ended, ~_is_proven())) or 0


def _time_is_over(retention: Retention, now: datetime) -> ColumnElement[bool]:
    table = tables.referrals
    old, very_old = now - retention.delivered, now - max(retention.delivered, retention.undelivered)
    delivered = and_(
        table.c.state == ReferralState.DELIVERED,
        table.c.delivered_at <= old,
        # Somebody was told for all that time of files that do not get on.
        or_(~_something_is_on_its_way(), table.c.delivered_at <= very_old),
    )
    closed = and_(
        table.c.state == ReferralState.CLOSED,
        table.c.updated_at <= old,
        or_(table.c.test, table.c.delivered_at.is_not(None), table.c.created_at <= very_old),
    )
    return and_(table.c.purged_at.is_(None), or_(delivered, closed), _is_proven())


def _is_proven() -> ColumnElement[bool]:
    table = tables.destinations
    wanted = select(table.c.organisation).where(
        table.c.organisation == tables.referrals.c.organisation, table.c.proven_at.is_not(None)
    )
    return wanted.correlate(tables.referrals).exists()


def _something_is_on_its_way() -> ColumnElement[bool]:
    files, jobs, mine = tables.files, tables.jobs, tables.referrals.c.reference
    file = select(files.c.id).where(files.c.reference == mine, files.c.state.in_(_STILL_NEEDED))
    job = select(jobs.c.id).where(
        jobs.c.reference == mine,
        jobs.c.status.in_([JobStatus.DUE, JobStatus.LEASED]),
        jobs.c.kind != IMPORT,  # looking goes on for as long as there is something to look for
    )
    return or_(file.correlate(tables.referrals).exists(), job.correlate(tables.referrals).exists())
