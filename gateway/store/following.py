"""What follows a delivery: its import is looked for, and its files go to the record that came of it.

Each look is an errand about a reference, each upload one about a file; both are written once, however often somebody
asks. An upload that was begun has an open attempt on the disk: where a worker dies, it may have arrived.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, literal, select, update

from gateway.store import chores, tables
from gateway.store.chores import Chore
from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.meeting import insert_into
from gateway.store.states import FileState, JobStatus, ReferralState

IMPORT = "import"  # the kind of the errand: look whether a referral was brought in; its item is the reference
UPLOAD = "upload"  # the kind of the errand: send a file to a record; its item is the file, its result the record
UNSENT = (FileState.CLEAN, FileState.WAITING)


@dataclass(frozen=True, slots=True)
class Expected:
    """What follows a delivery: its import can be found, first looked for at `due_at`; its files are to go there."""

    finds: bool
    uploads: bool
    due_at: datetime


def expect(connection: Connection, wanted: Mapping[Expected, Collection[str]], now: datetime) -> None:
    """Write what follows deliveries, in their transaction: the looks for imports, and that files wait for them."""
    for expected, references in wanted.items():
        if expected.finds:
            _expect_import(connection, references, expected.due_at, now)
        if expected.uploads:
            _let_files_wait(connection, references)


def _expect_import(connection: Connection, references: Collection[str], due_at: datetime, now: datetime) -> None:
    jobs, referrals = tables.jobs, tables.referrals
    row: dict[str, ColumnElement[Any]] = {
        "organisation": referrals.c.organisation,
        "kind": literal(IMPORT),
        "reference": referrals.c.reference,
        "position": literal(0),
        "item": referrals.c.reference,
        "status": literal(JobStatus.DUE.value),
        "due_at": literal(due_at, Utc),
        "since": literal(now, Utc),
        "failures": literal(0),
        "repeats": literal(0),
    }
    wanted = select(*row.values()).where(referrals.c.reference.in_(references), ~_made())
    # Whoever comes second writes nothing: a delivery, and what makes up for one that did not.
    first = insert_into(connection.dialect, jobs).from_select(list(row), wanted)
    connection.execute(first.on_conflict_do_nothing())


def _made() -> ColumnElement[bool]:
    """Tell of a referral that its records were made one by one: nobody has to bring it in."""
    jobs, referrals = tables.jobs, tables.referrals
    theirs = select(jobs.c.id).where(jobs.c.reference == referrals.c.reference, jobs.c.item.is_(None))
    return theirs.where(jobs.c.result.is_not(None)).correlate(referrals).exists()


def _let_files_wait(connection: Connection, references: Collection[str]) -> None:
    files = tables.files
    connection.execute(
        update(files)
        .where(files.c.reference.in_(references), files.c.state == FileState.CLEAN)
        .values(state=FileState.WAITING)
    )


def unexpected(database: Database, organisation: str, wanted: Expected, *, at_most: int = 500) -> list[str]:
    """Name delivered referrals whose import nobody looks for yet, or with files that could wait for it."""
    referrals, jobs, files = tables.referrals, tables.jobs, tables.files
    delivered = select(referrals.c.reference).where(
        referrals.c.organisation == organisation,
        referrals.c.state == ReferralState.DELIVERED,
        referrals.c.purged_at.is_(None),
    )
    look = select(jobs.c.id).where(jobs.c.kind == IMPORT, jobs.c.item == referrals.c.reference)
    file = select(files.c.id).where(files.c.reference == referrals.c.reference, files.c.state == FileState.CLEAN)
    found: set[str] = set()
    with database.read() as connection:
        if wanted.finds:
            unlooked = delivered.where(referrals.c.imported_at.is_(None), ~look.correlate(referrals).exists(), ~_made())
            found.update(connection.scalars(unlooked.limit(at_most)))
        if wanted.uploads:
            found.update(connection.scalars(delivered.where(file.correlate(referrals).exists()).limit(at_most)))
    return sorted(found)


def still_delivered(connection: Connection, references: Collection[str]) -> dict[str, bool]:
    """Tell of each reference whether its import is still to be looked for; one that is missing has ended for good."""
    table = tables.referrals
    rows = connection.execute(
        select(table.c.reference, table.c.state).where(
            table.c.reference.in_(references),
            table.c.purged_at.is_(None),
            table.c.state != ReferralState.CLOSED,
        )
    )
    return {row.reference: row.state == ReferralState.DELIVERED for row in rows}


def imported(connection: Connection, chore: Chore, record: str, going: Mapping[str, str], now: datetime) -> bool:
    """End a look that found its record, and send the files that are `going`; False where it was taken over."""
    jobs, referrals = tables.jobs, tables.referrals
    if not chores.end(connection, chore, status=JobStatus.DONE, due_at=now, failures=chore.failures):
        return False
    connection.execute(update(jobs).where(jobs.c.id == chore.id).values(result=record))
    # Where somebody has said where a file goes, that counts.
    decided = set(connection.scalars(select(jobs.c.item).where(jobs.c.kind == UPLOAD, jobs.c.item.in_(going))))
    left = {file: to for file, to in going.items() if file not in decided}
    send_to(connection, chore.item, chore.organisation, left, now)
    connection.execute(
        update(referrals)
        .where(referrals.c.reference == chore.item, referrals.c.imported_at.is_(None))
        .values(imported_at=now, updated_at=now)
    )
    return True


def send_to(
    connection: Connection, reference: str, organisation: str, records: Mapping[str, str], now: datetime
) -> list[str]:
    """Write an upload for each file and its record; give the files that go.

    One that is under way, attached or refused is left alone; one that failed or waits is sent anew.
    """
    jobs, files = tables.jobs, tables.files
    theirs = select(jobs.c.item, jobs.c.id).where(jobs.c.kind == UPLOAD, jobs.c.item.in_(records)).with_for_update()
    known = {row.item: row.id for row in connection.execute(theirs)}
    # After the jobs, as everybody does; two that send files of one referral number them one after the other.
    referral = tables.referrals.c
    connection.execute(select(referral.reference).where(referral.reference == reference).with_for_update())
    stored = select(files.c.id, files.c.state).where(files.c.reference == reference, files.c.id.in_(records))
    states = {row.id: row.state for row in connection.execute(stored)}
    going = []
    taken = connection.scalars(
        select(jobs.c.position).where(jobs.c.reference == reference, jobs.c.kind == UPLOAD)
    ).all()
    position = max(taken, default=-1)
    for file, record in records.items():
        if states.get(file) not in (*UNSENT, FileState.QUARANTINED, FileState.FAILED):
            continue
        due = {"status": JobStatus.DUE, "due_at": now, "since": now, "failures": 0, "repeats": 0, "result": record}
        if file in known:
            again = update(jobs).where(jobs.c.id == known[file], jobs.c.status != JobStatus.LEASED)
            if connection.execute(again.values(**due)).rowcount != 1:
                continue
        else:
            position += 1
            row = {"organisation": organisation, "kind": UPLOAD, "reference": reference, "position": position}
            connection.execute(insert(jobs).values(item=file, **row, **due))
        going.append(file)
    connection.execute(
        update(files)
        .where(files.c.id.in_(going), files.c.state.in_([FileState.CLEAN, FileState.FAILED]))
        .values(state=FileState.WAITING)
    )
    return going


def leave(connection: Connection, chore: Chore, status: JobStatus, due_at: datetime) -> bool:
    """Let go of an errand that was not begun; False where another worker has taken it over."""
    return chores.end(connection, chore, status=status, due_at=due_at, failures=chore.failures)
