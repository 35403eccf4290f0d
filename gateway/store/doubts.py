"""Doubts that no call left behind: after a restore, what is on its way may have been done since the backup was made.

The mark of a repeat depends on the history of attempts, so each doubt is written as an attempt that may have been made.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, literal, select

from gateway.store import tables

RESTORED = "restore"  # in the place of the worker
_attempts, _jobs = tables.attempts, tables.jobs


def doubt(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Write down of jobs that have a referral, and are in no doubt yet, that they may have been done."""
    version = select(func.coalesce(func.max(tables.payloads.c.version), 0)).where(
        tables.payloads.c.reference == _jobs.c.reference
    )
    doubtful = exists().where(_attempts.c.job == _jobs.c.id, _attempts.c.outcome == "unknown")
    facts = [literal(RESTORED), literal(now, _attempts.c.started_at.type), literal(now, _attempts.c.ended_at.type)]
    wanted = select(_jobs.c.id, _jobs.c.reference, version.scalar_subquery(), *facts, literal("unknown"))
    names = ["job", "reference", "payload", "worker", "started_at", "ended_at", "outcome"]
    connection.execute(insert(_attempts).from_select(names, wanted.where(which, ~doubtful)))


def inherit(connection: Connection, reference: str, position: int, now: datetime) -> None:
    """Let a step be in doubt that follows one of a restored referral: it may have been done before, too."""
    restored = exists().where(
        _attempts.c.reference == reference, _attempts.c.worker == RESTORED, _attempts.c.outcome == "unknown"
    )
    step = and_(_jobs.c.reference == reference, _jobs.c.position == position, _jobs.c.item.is_(None))
    doubt(connection, and_(step, restored), now)
