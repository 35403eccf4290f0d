"""Emptying a referral: all that people wrote goes together, and a tombstone stays.

Of answers, payloads, raw answers, files and mails nothing is left; reference, organisation, form, instance hash, states
and times are. So a second send of the same form is known for what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, text, update

from gateway.store import tables
from gateway.store.mails import KIND as MAIL
from gateway.store.people_tables import own_references
from gateway.store.states import OPEN_CHORES, JobStatus


@dataclass(frozen=True, slots=True)
class Work:
    """An open job about a referral, or about a file or a mail of it; `leased_until` where a worker has it."""

    id: int
    leased_until: datetime | None


def lock_work(connection: Connection, reference: str) -> list[Work]:
    """Lock the jobs of a referral, before the referral itself, as the workers do; give those that are open."""
    table = tables.jobs
    # Those that are done too: somebody may be opening them again.
    own = connection.scalars(select(table.c.id).where(table.c.reference == reference)).all()
    about = connection.scalars(
        # Spelt out for the partial index: there is no other way from an item to its jobs.
        select(table.c.id).where(
            text(OPEN_CHORES),
            table.c.item.in_([*_files(connection, reference), *_mails(connection, reference)]),
        )
    ).all()
    wanted = select(table.c.id, table.c.leased_until, table.c.status).where(table.c.id.in_({*own, *about}))
    locked = connection.execute(wanted.order_by(table.c.id).with_for_update())
    return [Work(row.id, row.leased_until) for row in locked if row.status != JobStatus.DONE]


def empty(connection: Connection, reference: str, work: Sequence[Work]) -> None:
    """Delete all that a referral held but its row, which the caller changes; `work` was locked before."""
    jobs, files, mails = tables.jobs, tables.files, tables.mails
    done = {"status": JobStatus.DONE, "leased_until": None, "worker": None}
    connection.execute(update(jobs).where(jobs.c.id.in_([each.id for each in work])).values(**done))
    # What the destination calls a person's record leads to that person; and a step may have come to be meanwhile.
    connection.execute(update(jobs).where(jobs.c.reference == reference).values(result=None, **done))
    connection.execute(update(tables.payloads).where(tables.payloads.c.reference == reference).values(sealed=None))
    connection.execute(update(tables.attempts).where(tables.attempts.c.reference == reference).values(sealed=None))
    connection.execute(delete(tables.chunks).where(tables.chunks.c.file.in_(_files(connection, reference))))
    connection.execute(delete(files).where(files.c.reference == reference))
    connection.execute(delete(jobs).where(jobs.c.kind == MAIL, jobs.c.item.in_(_mails(connection, reference))))
    connection.execute(delete(mails).where(mails.c.reference == reference))
    connection.execute(delete(own_references).where(own_references.c.reference == reference))
    _leftovers(connection, reference)


def _leftovers(connection: Connection, reference: str) -> None:
    """Delete what sending should have deleted: there is nothing of it, or it would open what is gone."""
    instance = select(tables.instances.c.hash).where(tables.instances.c.reference == reference).scalar_subquery()
    connection.execute(delete(tables.saved).where(tables.saved.c.instance == instance))
    connection.execute(delete(tables.drafts).where(tables.drafts.c.instance == instance))
    left = list(connection.scalars(select(tables.files.c.id).where(tables.files.c.instance == instance)))
    if left:
        connection.execute(delete(tables.chunks).where(tables.chunks.c.file.in_(left)))
        connection.execute(delete(tables.files).where(tables.files.c.id.in_(left)))


def _files(connection: Connection, reference: str) -> list[str]:
    return list(connection.scalars(select(tables.files.c.id).where(tables.files.c.reference == reference)))


def _mails(connection: Connection, reference: str) -> list[str]:
    return list(connection.scalars(select(tables.mails.c.id).where(tables.mails.c.reference == reference)))
