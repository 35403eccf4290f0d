"""Sending many again: which of them stand still, which may be there already, and setting them off in small steps."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select, text

from gateway.store import jobs, settling, tables
from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.settlements import SETTLEMENTS
from gateway.store.states import NOT_DELIVERED, JobStatus, ReferralState

REASON = SETTLEMENTS["resend"].reason
STUCK = (ReferralState.UNKNOWN, ReferralState.FAILED)
RETRIED = (*STUCK, ReferralState.PENDING)
AT_ONCE = 100
AT_MOST = 1000
_table = tables.referrals


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of an organisation's referrals: those that stood still at a time already; `since` and `before`: sent."""

    organisation: str
    states: Sequence[ReferralState] = STUCK
    form: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending again would do: how many in each state, how many may be there already, and what stays.

    What is much is counted to a thousand; then there are `more`.
    """

    again: Mapping[ReferralState, int]
    doubtful: int
    more: bool
    stays: Mapping[ReferralState, int]

    @property
    def count(self) -> int:
        """How many would be sent again."""
        return sum(self.again.values())


def send(database: Database, references: Collection[str], *, actor: str, now: datetime) -> set[str]:
    """Make some due at once with all their waiting times fresh; give those that had not moved meanwhile."""
    with database.write() as connection:
        return settling.move(
            connection,
            references,
            leaving=RETRIED,
            to=ReferralState.PENDING,
            reason=REASON,
            job_status=JobStatus.DUE,
            actor=actor,
            action="retry",
            now=now,
        )


def preview(database: Database, wanted: Wanted) -> Preview:
    """Say what `send` would do with all of these."""
    found = {state: _some(database, wanted, state, AT_MOST + 1) for state in wanted.states}
    doubtful = sum(len(_may_have_arrived(database, some)) for some in batches(_all(found)[:AT_MOST]))
    stays = {state: _count(database, wanted, state) for state in (ReferralState.HELD, ReferralState.SENDING)}
    counted = {state: min(len(some), AT_MOST) for state, some in found.items() if some}
    return Preview(counted, doubtful, any(len(some) > AT_MOST for some in found.values()), stays)


def oldest(database: Database, wanted: Wanted, at_most: int) -> list[str]:
    """Name those that would be sent again first."""
    return _all({state: _some(database, wanted, state, at_most) for state in wanted.states})[:at_most]


def batches(references: Collection[str]) -> Iterator[list[str]]:
    """Cut references into as many as are moved in one transaction."""
    left = iter(references)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _may_have_arrived(database: Database, references: Sequence[str]) -> set[str]:
    with database.read() as connection:
        return jobs.may_have_arrived(connection, references)


def _all(found: Mapping[ReferralState, Sequence[str]]) -> list[str]:
    return [each for some in found.values() for each in some]


def _some(database: Database, wanted: Wanted, state: ReferralState, at_most: int) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(_in(wanted, state).order_by(_table.c.created_at).limit(at_most)))


def _count(database: Database, wanted: Wanted, state: ReferralState) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(_in(wanted, state).limit(AT_MOST).subquery())) or 0


def _in(wanted: Wanted, state: ReferralState) -> Select[Any]:
    found = select(_table.c.reference).where(
        _table.c.organisation == wanted.organisation, _table.c.state == state, _table.c.purged_at.is_(None)
    )
    found = found.where(text(f"referrals.{NOT_DELIVERED}"))
    # No bare columns: SQLite would go through all of the form, or all that changed before, delivered or not.
    if wanted.form:
        found = found.where(_table.c.form.concat("") == wanted.form)
    if wanted.since:
        found = found.where(_table.c.created_at >= wanted.since)
    if wanted.before:
        found = found.where(_table.c.created_at < wanted.before)
    changed = func.coalesce(_table.c.updated_at, _table.c.created_at, type_=Utc)
    return found.where(changed <= wanted.at) if wanted.at else found
