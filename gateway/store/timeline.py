"""One referral as its page tells of it: where it came from, what was done to it and by whom, its files. No answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from gateway.store import jobs, tables
from gateway.store.database import Database
from gateway.store.files import SCAN
from gateway.store.following import UPLOAD
from gateway.store.people_tables import accounts, agencies, api_tokens, memberships
from gateway.store.states import FileState, JobStatus

LEFT = "somebody who has left"  # whose account is not told of any more


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a referral came from, and what of it stands in no list."""

    language: str
    definition: str
    agency: str | None
    sender: str | None
    imported_at: datetime | None
    next_try_at: datetime | None
    may_have_arrived: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Something that somebody did. `email` is the address of the account, while there is one."""

    at: datetime
    actor: str
    email: str | None
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as a page may show it before anything is opened: without its name.

    `record` is where it goes or went; `scan` and `upload` are how far the errands about it are, None without any.
    """

    id: str
    size: int
    state: FileState
    scan: JobStatus | None
    upload: JobStatus | None
    record: str


def origin(database: Database, reference: str) -> Origin:
    """Read where a referral came from. Raises sqlalchemy's NoResultFound where there is none of this reference."""
    table, job = tables.referrals, tables.jobs
    due = (
        select(func.min(job.c.due_at))
        .where(job.c.reference == reference, job.c.item.is_(None), job.c.status == JobStatus.DUE)
        .scalar_subquery()
    )
    wanted = (
        select(
            table.c.language, table.c.definition, agencies.c.name, accounts.c.email, table.c.imported_at,
            due.label("due"), table.c.account, api_tokens.c.name.label("token"),
        )
        .outerjoin(agencies, agencies.c.id == table.c.agency)
        .outerjoin(accounts, accounts.c.id == table.c.account)
        .outerjoin(api_tokens, api_tokens.c.id == table.c.account)
        .where(table.c.reference == reference)
    )  # fmt: skip
    with database.read() as connection:
        row = connection.execute(wanted).one()
        doubtful = bool(jobs.may_have_arrived(connection, [reference]))
    software = f"software, by the token “{row.token}”" if row.token else None
    sender = row.email or software or (LEFT if row.account else None)
    return Origin(row.language, row.definition, row.name, sender, row.imported_at, row.due, doubtful)


def done_to(database: Database, organisation: str, reference: str) -> list[Done]:
    """List what was done to a referral, the oldest first.

    An address is told of those alone who are of its organisation still.
    """
    table, theirs = tables.audit, memberships
    here = and_(theirs.c.account == table.c.actor, theirs.c.organisation == organisation)
    wanted = (
        select(table.c.at, table.c.actor, accounts.c.email, table.c.action, table.c.detail)
        .outerjoin(theirs, here)
        .outerjoin(accounts, accounts.c.id == theirs.c.account)
        .where(table.c.reference == reference)
        .order_by(table.c.id)
    )
    with database.read() as connection:
        return [Done(*row) for row in connection.execute(wanted)]


def papers(database: Database, reference: str) -> list[Paper]:
    """List the files of a referral in the order in which they came."""
    files, job = tables.files, tables.jobs
    wanted = (
        select(files.c.id, files.c.size, files.c.state)
        .where(files.c.reference == reference, files.c.complete.is_(True))
        .order_by(files.c.created_at, files.c.id)
    )
    with database.read() as connection:
        rows = connection.execute(wanted).all()
        errands = connection.execute(
            select(job.c.item, job.c.kind, job.c.status, job.c.result).where(
                job.c.kind.in_([SCAN, UPLOAD]), job.c.item.in_([row.id for row in rows])
            )
        ).all()
    known = {(each.item, each.kind): each for each in errands}
    return [_paper(row, known.get((row.id, SCAN)), known.get((row.id, UPLOAD))) for row in rows]


def _paper(
    row: Row[*tuple[Any, ...]], scan: Row[*tuple[Any, ...]] | None, upload: Row[*tuple[Any, ...]] | None
) -> Paper:
    return Paper(
        row.id,
        row.size,
        FileState(row.state),
        JobStatus(scan.status) if scan else None,
        JobStatus(upload.status) if upload else None,
        (upload.result or "") if upload else "",
    )
