"""Mails that wait to be handed over: sealed, self-contained, each with a chore of its own.

Web writes them in the commit of what they belong to; a worker hands them over without seeing a form. What a mail held
is gone once it was sent or given up; for some days its row still tells how many went to one address.
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, select, text, update

from gateway.keys import KeyRing
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.states import OPEN_CHORES, JobStatus

KIND = "mail"  # of the chore
SAVED, RECEIPT = "saved", "receipt"
INVITATION, NEW_PASSWORD = "invitation", "new_password"
TO_STAFF = ALERT, DIGEST, WELL = "alert", "digest", "well"
KEPT_FOR = timedelta(days=7)
_DIGEST = "mail recipient"


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """All that is needed to compose a mail and to hand it over; `facts` are words that its templates know."""

    kind: str
    organisation: str
    recipient: str
    language: str
    facts: Mapping[str, object]
    useful_until: str  # a time in ISO format: after it, the mail says what is no longer so

    def __repr__(self) -> str:
        return f"Mail({self.kind} of {self.organisation})"


@dataclass(frozen=True, slots=True, repr=False)
class MailRows:
    """What one mail writes: its own row, and its chore's."""

    mail: dict[str, object]
    job: dict[str, object]


def rows(ring: KeyRing, mail: Mail, now: datetime) -> MailRows:
    """Seal a mail, so that nobody waits for a cipher while a transaction is open."""
    mail_id = secrets.token_hex(16)
    return MailRows(
        {
            "id": mail_id,
            "organisation": mail.organisation,
            "kind": mail.kind,
            "recipient": ring.digest(_same(mail.recipient), _DIGEST),
            "sealed": ring.seal(json.dumps(asdict(mail)).encode(), table="mails", row=mail_id, column="sealed"),
            "created_at": now,
        },
        {
            "organisation": mail.organisation,
            "kind": KIND,
            "position": 0,
            "item": mail_id,
            "status": JobStatus.DUE,
            "due_at": now,
            "since": now,
        },
    )


def write(connection: Connection, found: MailRows) -> None:
    """Write a mail and its chore, in the transaction of what it belongs to."""
    connection.execute(insert(tables.mails).values(**found.mail))
    connection.execute(insert(tables.jobs).values(**found.job))


def sent_to(
    database: Database,
    ring: KeyRing,
    recipient: str,
    *,
    since: datetime,
    kinds: Collection[str] = (),
    organisation: str | None = None,
) -> int:
    """Count the mails that were written for one address since a time; of some kinds, or of one organisation, alone."""
    table = tables.mails
    wanted = [table.c.recipient == ring.digest(_same(recipient), _DIGEST), table.c.created_at >= since]
    if kinds:
        wanted.append(table.c.kind.in_(kinds))
    if organisation:
        wanted.append(table.c.organisation == organisation)
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*wanted)) or 0


def stuck(database: Database, kinds: Collection[str], *, before: datetime) -> tuple[int, int]:
    """Count the mails of some kinds that have waited since before a time, and those that were given up."""
    table, jobs = tables.mails, tables.jobs
    parked = jobs.c.status == JobStatus.PARKED
    waits = and_(jobs.c.status != JobStatus.PARKED, jobs.c.since < before)
    wanted = (
        select(func.count().filter(waits).label("waiting"), func.count().filter(parked).label("lost"))
        .join_from(jobs, table, table.c.id == jobs.c.item)
        .where(text(OPEN_CHORES), table.c.kind.in_(kinds))
    )
    with database.read() as connection:
        row = connection.execute(wanted).one()
    return row.waiting, row.lost


def load(database: Database, ring: KeyRing, mail_id: str) -> Mail | None:
    """Read a mail that still waits; None where it was sent or given up. Raises KeyMissing or SealBroken."""
    table = tables.mails
    with database.read() as connection:
        sealed = connection.scalar(select(table.c.sealed).where(table.c.id == mail_id))
    if sealed is None:
        return None
    return Mail(**json.loads(ring.open(sealed, table="mails", row=mail_id, column="sealed")))


def end(database: Database, mail_id: str, now: datetime) -> None:
    """Delete what a mail held: it was sent, or never will be."""
    table = tables.mails
    with database.write() as connection:
        connection.execute(
            update(table).where(table.c.id == mail_id, table.c.ended_at.is_(None)).values(sealed=None, ended_at=now)
        )


def forget_old(database: Database, now: datetime, *, at_most: int = 500) -> int:
    """Delete mails that are some days old, sent or not, at most so many at once; give their number."""
    table, jobs = tables.mails, tables.jobs
    with database.read() as connection:
        old = list(connection.scalars(select(table.c.id).where(table.c.created_at < now - KEPT_FOR).limit(at_most)))
    if not old:
        return 0
    with database.write() as connection:
        connection.execute(delete(jobs).where(jobs.c.kind == KIND, jobs.c.item.in_(old)))
        return connection.execute(delete(table).where(table.c.id.in_(old))).rowcount


def _same(recipient: str) -> bytes:
    # Most servers take both ways of writing for one mailbox, and so does the count.
    return recipient.strip().casefold().encode()
