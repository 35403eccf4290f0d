"""What is open, counted: what waits, for how long, and where. Alerts, /readyz and /metrics read it here.

Everything is found through indexes of what is open, so that it costs the same however much was delivered before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, bindparam, exists, func, select, text

from gateway.store import states, tables
from gateway.store.columns import Utc
from gateway.store.database import Database, clock
from gateway.store.following import IMPORT, UPLOAD
from gateway.store.states import FileState, JobStatus, ReferralState

UNDELIVERED = (
    ReferralState.HELD,
    ReferralState.PENDING,
    ReferralState.SENDING,
    ReferralState.UNKNOWN,
    ReferralState.FAILED,
)
OPEN_FILES = (FileState.QUARANTINED, FileState.WAITING, FileState.FAILED)


@dataclass(frozen=True, slots=True)
class Queued:
    """How many referrals of an organisation are in one state, and when the oldest of them was sent to us."""

    organisation: str
    state: ReferralState
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """How many chores of a kind stand alike, and since when the oldest of them has been tried."""

    organisation: str
    kind: str
    status: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A referral as a mail to staff names it."""

    reference: str
    state: str
    reason: str | None
    created_at: datetime


def queue(database: Database) -> list[Queued]:
    """Count what is not delivered, by organisation and state."""
    with database.read() as connection:
        return [
            Queued(row.organisation, state, row.number, row.oldest)
            for state in UNDELIVERED
            for row in connection.execute(_IN_STATE, {"state": state})
        ]


def older(database: Database, states: Sequence[ReferralState], before: datetime) -> dict[str, int]:
    """Count the referrals in these states that were sent to us before a time, by organisation."""
    # Of all organisations at once: asked for one, SQLite goes through all that was ever sent to it.
    table = tables.referrals
    wanted = select(table.c.organisation, func.count().label("number"))
    wanted = wanted.where(*_in(states), table.c.created_at < before)
    with database.read() as connection:
        return {row.organisation: row.number for row in connection.execute(wanted.group_by(table.c.organisation))}


def doubtful(database: Database, before: datetime) -> dict[str, int]:
    """Count the unknown referrals that may have arrived since before a time, by organisation.

    Whatever was tried or looked for afterwards makes none of them newer.
    """
    table, tried = tables.referrals, tables.attempts
    doubt = exists().where(tried.c.reference == table.c.reference, tried.c.outcome == "unknown")
    wanted = select(table.c.organisation, func.count().label("number")).where(
        *_in([ReferralState.UNKNOWN]), doubt.where(tried.c.ended_at < before)
    )
    with database.read() as connection:
        return {row.organisation: row.number for row in connection.execute(wanted.group_by(table.c.organisation))}


def some(
    database: Database,
    organisation: str,
    states: Sequence[ReferralState],
    *,
    at_most: int,
    before: datetime | None = None,
) -> list[Waiting]:
    """Name some referrals of one organisation in these states, the oldest first."""
    table = tables.referrals
    wanted = select(table.c.reference, table.c.state, table.c.reason, table.c.created_at).where(
        # No bare column: SQLite would go through all that was ever sent to this organisation.
        *_in(states),
        table.c.organisation.concat("") == organisation,
    )
    if before is not None:
        wanted = wanted.where(table.c.created_at < before)
    with database.read() as connection:
        found = connection.execute(wanted.order_by(table.c.created_at).limit(at_most))
        return [Waiting(**row._mapping) for row in found]


def chores(database: Database) -> list[Left]:
    """Count the chores that are not done: mails, files, looks for imports."""
    table = tables.jobs
    wanted = (
        select(
            table.c.organisation,
            table.c.kind,
            table.c.status,
            func.count().label("count"),
            func.min(table.c.since, type_=Utc).label("oldest"),
        )
        .where(text(states.OPEN_CHORES))
        .group_by(table.c.organisation, table.c.kind, table.c.status)
    )
    with database.read() as connection:
        return [Left(**row._mapping) for row in connection.execute(wanted)]


def chores_since(database: Database, before: datetime, status: str) -> dict[tuple[str, str], int]:
    """Count the chores of one status that have been tried since before a time, by organisation and kind."""
    table = tables.jobs
    wanted = (
        select(table.c.organisation, table.c.kind, func.count().label("number"))
        .where(text(states.OPEN_CHORES), table.c.status == status, table.c.since < before)
        .group_by(table.c.organisation, table.c.kind)
    )
    with database.read() as connection:
        return {(row.organisation, row.kind): row.number for row in connection.execute(wanted)}


def some_chores(
    database: Database, organisation: str, kind: str, *, at_most: int, before: datetime
) -> list[tuple[str, datetime]]:
    """Name what some chores of one kind are about that have been tried since before a time, the oldest first."""
    table = tables.jobs
    wanted = (
        select(table.c.item, table.c.since)
        # No bare kind: SQLite would go through all that were ever done.
        .where(text(states.OPEN_CHORES), table.c.kind.concat("") == kind)
        .where(table.c.organisation == organisation, table.c.since < before)
        .order_by(table.c.since)
        .limit(at_most)
    )
    with database.read() as connection:
        return [(row.item, row.since) for row in connection.execute(wanted)]


def lost_files(database: Database, before: datetime) -> dict[str, int]:
    """Count files of delivered referrals that wait since before a time and that nothing moves on, by organisation."""
    wanted = _LOST_FILES.with_only_columns(tables.referrals.c.organisation, func.count().label("number"))
    with database.read() as connection:
        rows = connection.execute(wanted.group_by(tables.referrals.c.organisation), {"before": before})
        return {row.organisation: row.number for row in rows}


def some_with_files(database: Database, organisation: str, *, at_most: int, before: datetime) -> list[Waiting]:
    """Name some referrals of one organisation with files that were given up, or wait since before a time."""
    table, files = tables.referrals, tables.files
    wanted = (
        select(table.c.reference, table.c.state, table.c.created_at)
        .join_from(files, table, table.c.reference == files.c.reference)
        .where(text(f"files.{states.OPEN_FILES}"), table.c.organisation.concat("") == organisation)
        .where((files.c.state == FileState.FAILED) | (files.c.created_at < before))
        .distinct()
        .order_by(table.c.created_at)
        .limit(at_most)
    )
    with database.read() as connection:
        return [Waiting(row.reference, row.state, None, row.created_at) for row in connection.execute(wanted)]


def open_files(database: Database) -> dict[FileState, int]:
    """Count the files that are not where they belong yet, by state."""
    table = tables.files
    wanted = select(table.c.state, func.count()).where(text(states.OPEN_FILES)).group_by(table.c.state)
    with database.read() as connection:
        return {FileState(state): count for state, count in connection.execute(wanted)}


def oldest_due(database: Database) -> Mapping[str, timedelta]:
    """Say for each organisation how long its oldest due job has been due, on the database's clock."""
    table = tables.jobs
    with database.read() as connection:
        now = clock(connection)
        # What is about a mail or a file comes back by itself; and only so does the query use the index of what is due.
        wanted = (
            select(table.c.organisation, func.min(table.c.due_at, type_=Utc))
            .where(text("jobs.status = 'due' AND jobs.item IS NULL"), table.c.due_at <= now)
            .group_by(table.c.organisation)
        )
        return {organisation: now - due for organisation, due in connection.execute(wanted)}


def _in(some: Sequence[ReferralState]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return tables.referrals.c.state.in_(some), _NOT_DELIVERED


_NOT_DELIVERED = text(f"referrals.{states.NOT_DELIVERED}")
_ITS_ERRAND = select(tables.jobs.c.id).where(
    tables.jobs.c.status != JobStatus.DONE,
    ((tables.jobs.c.kind == UPLOAD) & (tables.jobs.c.item == tables.files.c.id))
    | ((tables.jobs.c.kind == IMPORT) & (tables.jobs.c.item == tables.files.c.reference)),
)
_LOST_FILES = (
    select(tables.files.c.id)
    .join_from(tables.files, tables.referrals, tables.referrals.c.reference == tables.files.c.reference)
    .where(
        text(f"files.{states.OPEN_FILES}"),
        tables.files.c.state == FileState.WAITING,
        # As an expression: the index of states would lead through all that was ever delivered.
        tables.referrals.c.state.concat("") == ReferralState.DELIVERED,
        tables.files.c.created_at < bindparam("before", type_=Utc),
        ~_ITS_ERRAND.correlate(tables.files).exists(),
    )
)
_IN_STATE = (
    select(
        tables.referrals.c.organisation,
        func.count().label("number"),
        func.min(tables.referrals.c.created_at, type_=Utc).label("oldest"),
    )
    .where(tables.referrals.c.state == bindparam("state"), _NOT_DELIVERED)
    .group_by(tables.referrals.c.organisation)
)
