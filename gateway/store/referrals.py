"""Referrals: found, listed, opened, and moved from state to state, never without naming the state that is left."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, false, func, select, update

from gateway.keys import KeyRing
from gateway.ledger import Ledger, LedgerProblem
from gateway.referral import Referral
from gateway.store import tables
from gateway.store.database import LEDGER, Database
from gateway.store.many import One, Several
from gateway.store.states import ReferralState

log = logging.getLogger(__name__)


class StateMoved(Exception):
    """The referral is no longer in the state that this change would leave."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A referral as lists show it: never an answer."""

    reference: str
    organisation: str
    form: str
    state: str
    reason: str | None
    test: bool
    attempts: int
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    purged_at: datetime | None
    corrections: int
    agency: str | None = None  # whose people wrote it


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt as people see it: at the delivery, or at something that follows it, such as an upload."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    status: int | None
    payload: int
    marked: bool


def opened(connection: Connection, ring: KeyRing, reference: str) -> Referral | None:
    """Unseal a referral; None after purge. Raises KeyMissing or SealBroken."""
    sealed = connection.scalar(_READ_SEALED, {"wanted": reference})
    if sealed is None:
        return None
    return Referral.from_json(ring.open(sealed, table="referrals", row=reference, column="sealed"))


def find(database: Database, reference: str) -> Listed | None:
    """Look a referral up by its reference."""
    with database.read() as connection:
        row = connection.execute(_LISTED.where(tables.referrals.c.reference == reference)).first()
    return _listed(row) if row else None


def find_sent(database: Database, instance: str) -> Listed | None:
    """Look up what an instance was sent as, by the hash of the instance secret."""
    with database.read_by_driver() as driver:
        row = _FIND_SENT.ask(driver, instance=instance)
    return _listed(row) if row else None


def listed(
    database: Database,
    *,
    organisation: str | None = None,
    form: str | None = None,
    states: Sequence[str] = (),
    since: datetime | None = None,
    before: datetime | None = None,
    limit: int | None = None,
    oldest_first: bool = False,
) -> list[Listed]:
    """List referrals, the newest first unless said otherwise; `since` and `before` are about when they were sent."""
    table = tables.referrals
    order = table.c.created_at if oldest_first else table.c.created_at.desc()
    wanted = _LISTED.order_by(order, table.c.reference)
    if organisation:
        wanted = wanted.where(table.c.organisation == organisation)
    if form:
        wanted = wanted.where(table.c.form == form)
    if states:
        wanted = wanted.where(table.c.state.in_(states))
    if since:
        wanted = wanted.where(table.c.created_at >= since)
    if before:
        wanted = wanted.where(table.c.created_at < before)
    with database.read() as connection:
        return [_listed(row) for row in connection.execute(wanted.limit(limit))]


def listing(*more: ColumnElement[Any]) -> Select[Any]:
    """Select what a list shows of referrals, and more columns beside it."""
    return _LISTED.add_columns(*more)


def tries(database: Database, reference: str) -> list[Tried]:
    """List the attempts at one referral, the oldest first."""
    table, sent, jobs = tables.attempts, tables.payloads, tables.jobs
    told = (table.c.started_at, table.c.ended_at, table.c.outcome, table.c.status, table.c.payload)
    wanted = (
        select(jobs.c.kind, *told, func.coalesce(sent.c.marked, false()))
        .join(jobs, jobs.c.id == table.c.job)
        # An upload has no payload of its own.
        .outerjoin(sent, (sent.c.reference == table.c.reference) & (sent.c.version == table.c.payload))
        .where(table.c.reference == reference)
        .order_by(table.c.id)
    )
    with database.read() as connection:
        return [Tried(*row) for row in connection.execute(wanted)]


def move(
    connection: Connection,
    *references: str,
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str | None,
    now: datetime,
) -> None:
    """Move referrals from one of the states `leaving` to another. Raises StateMoved where one is in none of them."""
    moved = _values(references, leaving, to, reason, now)
    changed = _moving(leaving, to).rows(connection, **moved)
    if len(changed) != len(references):
        raise StateMoved(f"{', '.join(references)} is no longer {' or '.join(leaving)}")
    _tell_ledger(connection, references, leaving, to, now)


def move_those(
    connection: Connection,
    references: Collection[str],
    *,
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str | None,
    now: datetime,
) -> set[str]:
    """Move those referrals that are in one of the states `leaving`; give them."""
    rows = _moving(leaving, to).rows(connection, **_values(references, leaving, to, reason, now))
    moved = {row.reference for row in rows}
    _tell_ledger(connection, sorted(moved), leaving, to, now)
    return moved


def _moving(leaving: Sequence[ReferralState], to: ReferralState) -> Several:
    if to is ReferralState.DELIVERED:
        return _DELIVER
    return _UNDO if ReferralState.DELIVERED in leaving else _MOVE


def _values(
    references: Collection[str],
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str | None,
    now: datetime,
) -> dict[str, object]:
    return {"references": list(references), "leaving": list(leaving), "to": to, "why": reason, "now": now}


def _tell_ledger(
    connection: Connection,
    references: Sequence[str],
    leaving: Sequence[ReferralState],
    to: ReferralState,
    now: datetime,
) -> None:
    """Write down outside the database what it will have forgotten after a restore; no delivery waits for that."""
    ledger: Ledger | None = connection.get_execution_options().get(LEDGER)
    if ledger is None:
        return
    try:
        if to is ReferralState.DELIVERED:
            ledger.delivered(references, now)
        elif to is ReferralState.CLOSED:
            ledger.closed(references, now)
        elif set(leaving) & {ReferralState.DELIVERED, ReferralState.CLOSED}:
            ledger.reopened(references, now)
    except LedgerProblem as problem:
        log.error("the ledger cannot be written problem=%s", problem)  # noqa: TRY400 - what the system said is in it


def begin_sending(
    connection: Connection, references: Sequence[str], *, leaving: Sequence[ReferralState], now: datetime
) -> set[str]:
    """Move referrals to sending and count a try; give those that were in one of the states `leaving`."""
    if not references:
        return set()
    values = {"references": list(references), "leaving": list(leaving), "to": ReferralState.SENDING}
    return {row.reference for row in _BEGIN.rows(connection, **values)}


def _listed(row: Sequence[Any]) -> Listed:
    return Listed(*row)


_WHICH = update(tables.referrals).where(
    tables.referrals.c.reference.in_(bindparam("references", expanding=True)),
    # Not the bare column: its index would lead SQLite through all that wait, however few are named.
    tables.referrals.c.state.concat("").in_(bindparam("leaving", expanding=True)),
    tables.referrals.c.purged_at.is_(None),  # nobody brings back what is empty
)
_MOVED = _WHICH.values(state=bindparam("to"), reason=bindparam("why"), updated_at=bindparam("now")).returning(
    tables.referrals.c.reference
)
_MOVE = Several(_MOVED)
_DELIVER = Several(_MOVED.values(delivered_at=bindparam("now")))
_UNDO = Several(_MOVED.values(delivered_at=None))
# Not `updated_at`: where it stands for those who look has not changed, and no index of times has to be written for it.
_BEGIN = Several(
    _WHICH.values(state=bindparam("to"), reason=None, attempts=tables.referrals.c.attempts + 1).returning(
        tables.referrals.c.reference
    )
)
_READ_SEALED = select(tables.referrals.c.sealed).where(tables.referrals.c.reference == bindparam("wanted"))
_LISTED = select(*(tables.referrals.c[each.name] for each in fields(Listed)))
_FIND_SENT = One(
    _LISTED.join(tables.instances, tables.instances.c.reference == tables.referrals.c.reference).where(
        tables.instances.c.hash == bindparam("instance")
    )
)
