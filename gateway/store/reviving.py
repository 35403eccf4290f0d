"""What a restored store has to be told: it is older than the destinations, and than what was promised meanwhile.

What the ledger says was delivered or closed since is so again. All else that was on its way may have arrived: it is
unknown, and whatever goes out of it later is marked. What was erased or purged is so again, whenever that was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from gateway.ledger import Entry, Event
from gateway.store import attaching, audit, emptying, tables
from gateway.store.doubts import doubt
from gateway.store.following import UPLOAD
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.subjects import ERASED

_ON_ITS_WAY = (ReferralState.PENDING, ReferralState.SENDING)
_ENDED = (ReferralState.DELIVERED, ReferralState.CLOSED)
_PURGED = "purged"
_AT_ONCE = 500
# A line is as old as the decision, which may have been written into the database a while later; and clocks differ.
_OVERLAP = timedelta(minutes=15)


@dataclass(slots=True)
class Heard:
    """What the ledger says became of referrals, the last word of each."""

    delivered: dict[str, datetime] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)
    reopened: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Revived:
    """How many referrals became what."""

    unknown: int
    delivered: int
    closed: int
    erased: int
    purged: int
    newer: int  # the ledger knows them and the backup does not: they were sent after it was made


def hear(entries: Iterable[Entry], *, since: datetime) -> Heard:
    """Read what became of referrals after a backup was made, and what was erased or purged at any time."""
    heard = Heard()
    recent: list[Entry] = []
    for entry in entries:
        if entry.event is Event.ERASED:
            heard.erased.add(entry.reference)
        elif entry.event is Event.PURGED:
            heard.purged.add(entry.reference)
        elif entry.at >= since - _OVERLAP:  # what was before stands in the backup
            recent.append(entry)
    for entry in sorted(recent, key=lambda each: each.at):
        heard.delivered.pop(entry.reference, None)
        heard.closed.pop(entry.reference, None)
        heard.reopened.discard(entry.reference)
        if entry.event is Event.REOPENED:
            heard.reopened.add(entry.reference)
        else:
            ended = heard.delivered if entry.event is Event.DELIVERED else heard.closed
            ended[entry.reference] = entry.at
    return heard


def revive(
    connection: Connection, heard: Heard, *, made_at: datetime, resend_after: timedelta | None, now: datetime
) -> Revived:
    """Tell a store that was just filled from a backup what happened since, in the transaction that filled it.

    What may have arrived is sent again, marked, after `resend_after`; None = a person decides.
    """
    erased = _empty(connection, sorted(heard.erased), ERASED, now)
    delivered = _end(connection, heard.delivered, ReferralState.DELIVERED, "delivered after the backup was made")
    closed = _end(connection, heard.closed, ReferralState.CLOSED, "closed after the backup was made")
    purged = _empty(connection, sorted(heard.purged), _PURGED, now)
    _reopen(connection, sorted(heard.reopened))
    unknown = _doubt(connection, made_at, now)
    attaching.doubt(connection, now)
    _wait(connection, now, resend_after)
    _forget_the_moment(connection, now)
    newer = _count_newer(connection, [*heard.delivered, *heard.closed])
    found = Revived(unknown, delivered, closed, erased, purged, newer)
    audit.write(
        connection,
        actor=audit.COMMAND_LINE,
        action="restore",
        detail=f"backup of {made_at:%Y-%m-%d %H:%M:%S} UTC: {unknown} unknown, {delivered} delivered, {closed} closed",
        now=now,
    )
    return found


def _end(connection: Connection, ended: dict[str, datetime], state: ReferralState, reason: str) -> int:
    """Give referrals the state that they had reached; their own jobs are done, those of their files are not."""
    referrals, jobs = tables.referrals, tables.jobs
    number = 0
    for some in _some(ended):
        open_ones = select(referrals.c.reference).where(
            referrals.c.reference.in_(some), referrals.c.state.not_in(_ENDED)
        )
        for reference in connection.scalars(open_ones).all():
            at = ended[reference]
            values: dict[str, object] = {"state": state, "reason": reason, "updated_at": at}
            if state is ReferralState.DELIVERED:
                values["delivered_at"] = at
            connection.execute(update(referrals).where(referrals.c.reference == reference).values(**values))
            theirs = and_(jobs.c.reference == reference, jobs.c.status != JobStatus.DONE)
            whose = theirs if state is ReferralState.CLOSED else and_(theirs, jobs.c.item.is_(None))
            connection.execute(update(jobs).where(whose).values(status=JobStatus.DONE, leased_until=None, worker=None))
            number += 1
    return number


def _doubt(connection: Connection, made_at: datetime, now: datetime) -> int:
    """Let everything that is not ended be in doubt by its history, which is what the mark of a repeat depends on."""
    attempts, jobs, referrals = tables.attempts, tables.jobs, tables.referrals
    connection.execute(update(attempts).where(attempts.c.ended_at.is_(None)).values(ended_at=now, outcome="unknown"))
    theirs = select(referrals.c.reference).where(referrals.c.state.not_in(_ENDED))
    doubt(connection, and_(jobs.c.status != JobStatus.DONE, jobs.c.item.is_(None), jobs.c.reference.in_(theirs)), now)
    reason = f"may have arrived: restored from a backup of {made_at:%Y-%m-%d %H:%M} UTC"
    changed = connection.execute(
        update(referrals)
        .where(referrals.c.state.in_(_ON_ITS_WAY))
        .values(state=ReferralState.UNKNOWN, reason=reason, updated_at=now)
    )
    return changed.rowcount


def _wait(connection: Connection, now: datetime, resend_after: timedelta | None) -> None:
    """Let what is unknown wait as after a call without an answer, so that people can look before it is repeated."""
    jobs, referrals = tables.jobs, tables.referrals
    unknown = select(referrals.c.reference).where(referrals.c.state == ReferralState.UNKNOWN)
    waits = JobStatus.PARKED if resend_after is None else JobStatus.DUE
    connection.execute(
        update(jobs)
        .where(_open(or_(and_(jobs.c.item.is_(None), jobs.c.reference.in_(unknown)), jobs.c.kind == UPLOAD)))
        .values(
            status=waits,
            due_at=now + (resend_after or timedelta()),
            leased_until=None,
            worker=None,
            since=now,
            failures=0,
            repeats=jobs.c.repeats + 1,
        )
    )
    parked = select(jobs.c.item).where(jobs.c.kind == UPLOAD, jobs.c.status == JobStatus.PARKED)
    waited = update(tables.files).where(tables.files.c.id.in_(parked), tables.files.c.state == FileState.WAITING)
    connection.execute(waited.values(state=FileState.FAILED))
    # Doing another chore twice is harmless, but for mails.
    connection.execute(
        update(jobs)
        .where(jobs.c.status == JobStatus.LEASED)
        .values(status=JobStatus.DUE, leased_until=None, worker=None)
    )


def _reopen(connection: Connection, references: Sequence[str]) -> None:
    """Let what was delivered or closed when the backup was made be on its way, as it was afterwards."""
    referrals, jobs = tables.referrals, tables.jobs
    for some in _some(references):
        again = (
            update(referrals)
            .where(referrals.c.reference.in_(some), referrals.c.state.in_(_ENDED), referrals.c.purged_at.is_(None))
            .values(state=ReferralState.PENDING, delivered_at=None)
            .returning(referrals.c.reference)
        )
        opened = connection.scalars(again).all()
        connection.execute(
            update(jobs).where(jobs.c.reference.in_(opened), jobs.c.item.is_(None)).values(status=JobStatus.DUE)
        )


def _empty(connection: Connection, references: Sequence[str], reason: str, now: datetime) -> int:
    """Delete again what was deleted after the backup was made; what had not ended is closed."""
    table, instances = tables.referrals, tables.instances
    number = 0
    for some in _some(references):
        full = select(table.c.reference, table.c.state).where(table.c.reference.in_(some), table.c.purged_at.is_(None))
        for reference, state in connection.execute(full).all():
            values: dict[str, object] = {"sealed": None, "purged_at": now}
            if reason == ERASED or state not in _ENDED:
                values |= {"state": ReferralState.CLOSED, "reason": reason, "updated_at": now}
            if reason == ERASED:
                connection.execute(update(instances).where(instances.c.reference == reference).values(digest=None))
            emptying.empty(connection, reference, emptying.lock_work(connection, reference))
            connection.execute(update(table).where(table.c.reference == reference).values(**values))
            number += 1
    return number


def _forget_the_moment(connection: Connection, now: datetime) -> None:
    """Forget what was so at one moment alone: who worked, whose turn it was; mails that waited may have gone out."""
    jobs, mails = tables.jobs, tables.mails
    connection.execute(delete(tables.workers))
    connection.execute(delete(tables.turns))
    waiting = select(mails.c.id).where(mails.c.ended_at.is_(None))
    connection.execute(
        update(jobs).where(_open(jobs.c.item.in_(waiting))).values(status=JobStatus.PARKED, leased_until=None)
    )
    connection.execute(update(mails).where(mails.c.ended_at.is_(None)).values(sealed=None, ended_at=now))
    connection.execute(update(tables.alerts).values(told_at=None))


def _open(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(condition, tables.jobs.c.status.in_([JobStatus.DUE, JobStatus.LEASED]))


def _count_newer(connection: Connection, references: Sequence[str]) -> int:
    table = tables.referrals
    known = sum(
        connection.scalar(select(func.count()).select_from(table).where(table.c.reference.in_(some))) or 0
        for some in _some(references)
    )
    return len(references) - known


def _some(references: Iterable[str]) -> Iterator[list[str]]:
    left = iter(references)
    while some := list(islice(left, _AT_ONCE)):
        yield some
