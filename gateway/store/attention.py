"""What needs a person at one organisation: how many of each kind, and the oldest of them by name.

What is much is counted to a thousand, so that a bad day costs no more than a good one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select, text

from gateway.store import states, tables
from gateway.store.alerts import Matter
from gateway.store.database import Database
from gateway.store.following import IMPORT
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.watching import Waiting

AT_MOST, NAMED = 1000, 5
_REFERRALS = {
    Matter.UNKNOWN: ReferralState.UNKNOWN,
    Matter.FAILED: ReferralState.FAILED,
    Matter.HELD: ReferralState.HELD,
}
_table, _jobs, _files = tables.referrals, tables.jobs, tables.files


@dataclass(frozen=True, slots=True)
class Group:
    """What stands alike: how many, with `more` than were counted or not, and the oldest of them first."""

    matter: Matter
    count: int
    more: bool
    oldest: Sequence[Waiting]


def groups(
    database: Database, organisation: str, *, late_before: datetime, not_imported_before: datetime
) -> dict[Matter, Group]:
    """Find what needs a person, but for what is about the destination or the organisation as a whole.

    Late is what waits since before `late_before`; what is staged since before the other time should be imported by now.
    """
    with database.read() as connection:
        found = [
            *_in_states(connection, organisation),
            _late(connection, organisation, late_before),
            _not_imported(connection, organisation, not_imported_before),
            _with_files(connection, organisation, late_before),
        ]
    return {each.matter: each for each in found if each.count}


def on_the_way(database: Database, organisation: str) -> int:
    """Count what is sent by itself, to a thousand."""
    with database.read() as connection:
        return sum(
            _bounded(connection, _standing(organisation, state))
            for state in (ReferralState.PENDING, ReferralState.SENDING)
        )


def _in_states(connection: Connection, organisation: str) -> Iterator[Group]:
    for matter, state in _REFERRALS.items():
        yield _group(connection, matter, _standing(organisation, state), _table.c.created_at)


def _late(connection: Connection, organisation: str, before: datetime) -> Group:
    late = [
        _group(connection, Matter.LATE, _standing(organisation, state, before), _table.c.created_at)
        for state in (ReferralState.PENDING, ReferralState.SENDING)
    ]
    oldest = sorted((row for each in late for row in each.oldest), key=lambda row: row.created_at)[:NAMED]
    count = sum(each.count for each in late)
    return Group(Matter.LATE, min(count, AT_MOST), count > AT_MOST or any(each.more for each in late), oldest)


def _not_imported(connection: Connection, organisation: str, before: datetime) -> Group:
    named = (_jobs.c.item.label("reference"), literal(ReferralState.DELIVERED.value).label("state"))
    wanted = select(*named, literal(None).label("reason"), _jobs.c.since.label("created_at")).where(
        # No bare kind: SQLite would go through all that were ever done.
        text(states.OPEN_CHORES),
        _jobs.c.kind.concat("") == IMPORT,
        _jobs.c.organisation.concat("") == organisation,
        or_(_jobs.c.status == JobStatus.PARKED, _jobs.c.since < before),
    )
    return _group(connection, Matter.NOT_IMPORTED, wanted, _jobs.c.since)


def _with_files(connection: Connection, organisation: str, before: datetime) -> Group:
    wanted = (
        _waiting()
        .join_from(_files, _table, _table.c.reference == _files.c.reference)
        .where(text(f"files.{states.OPEN_FILES}"), _table.c.organisation.concat("") == organisation)
        .where(or_(_files.c.state == FileState.FAILED, _files.c.created_at < before))
        .distinct()
    )
    return _group(connection, Matter.FILES, wanted, _table.c.created_at)


def _standing(organisation: str, state: ReferralState, before: datetime | None = None) -> Select[Any]:
    mine = (_table.c.organisation == organisation, _table.c.state == state)
    wanted = _waiting().where(*mine, text(f"referrals.{states.NOT_DELIVERED}"))
    return wanted if before is None else wanted.where(_table.c.created_at < before)


def _waiting() -> Select[Any]:
    return select(_table.c.reference, _table.c.state, _table.c.reason, _table.c.created_at)


def _group(connection: Connection, matter: Matter, wanted: Select[Any], age: ColumnElement[datetime]) -> Group:
    count = _bounded(connection, wanted)
    rows = connection.execute(wanted.order_by(age).limit(NAMED)) if count else ()
    return Group(matter, min(count, AT_MOST), count > AT_MOST, [Waiting(**row._mapping) for row in rows])


def _bounded(connection: Connection, wanted: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(wanted.limit(AT_MOST + 1).subquery())) or 0
