"""The files of a referral as its answers name them, each beside what is stored of it, and what people do with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from gateway.referral import File, Referral
from gateway.store import audit, following, tables
from gateway.store.database import Database
from gateway.store.files import SCAN, Files, StoredFile
from gateway.store.states import FileState, JobStatus

REFERRAL = "referral"  # what a file is about that is about no person
_MOST_DIGITS = 18


class NoRecord(ValueError):
    """This is no number of a record. The text says what one looks like."""


@dataclass(frozen=True, slots=True, repr=False)
class Attached:
    """A file as the referral names it, and as it is stored; None where it was removed at the last moment."""

    number: int
    named: File
    stored: StoredFile | None

    @property
    def saved_as(self) -> str:
        """What it is called in a folder."""
        return f"{self.number} {self.named.name}"

    def why_not(self, *, unchecked: bool) -> str:
        """Say why it cannot be saved; "" where it can."""
        if self.stored is None or self.stored.refused:
            return "its content is gone"
        if self.stored.quarantined and not unchecked:
            return "nobody has looked for viruses yet"
        return ""


def attached_to(files: Files, referral: Referral) -> list[Attached]:
    """Pair the files that a referral names with those that are stored. Raises KeyMissing or SealBroken."""
    stored = files.of_referral(referral.reference)
    return [Attached(number, each, stored.get(each.id)) for number, each in enumerate(referral.files, start=1)]


def record(about: str, typed: str) -> str:
    """Name the record that a file goes to, by what the file is about and the number that somebody typed.

    Raises NoRecord.
    """
    number = typed.strip()
    if not (number.isascii() and number.isdecimal()) or len(number) > _MOST_DIGITS:
        raise NoRecord("The number of a record is a whole number, as your case-management system shows it.")
    return f"{REFERRAL if about == REFERRAL else 'person'} {number}"


def send(database: Database, referral: Referral, going: Mapping[str, str], *, actor: str, now: datetime) -> list[str]:
    """Send files to the records that somebody named, by their ids; give those that go."""
    with database.write() as connection:
        sent = following.send_to(connection, referral.reference, referral.organisation, going, now)
        audit.write(
            connection,
            actor=actor,
            action="attach files",
            organisation=referral.organisation,
            reference=referral.reference,
            detail=f"{len(sent)} files",
            now=now,
        )
    return sent


def scan_again(
    database: Database, organisation: str, reference: str, file: str, *, actor: str, number: int, now: datetime
) -> bool:
    """Have the scanner asked again about a file in quarantine; False where it is in none any more."""
    files, jobs = tables.files, tables.jobs
    theirs = (files.c.id == file, files.c.reference == reference, files.c.state == FileState.QUARANTINED)
    with database.write() as connection:
        if connection.scalar(select(files.c.id).where(*theirs)) is None:
            return False
        again = update(jobs).where(jobs.c.kind == SCAN, jobs.c.item == file, jobs.c.status != JobStatus.LEASED)
        fresh = {"status": JobStatus.DUE, "due_at": now, "since": now, "failures": 0}
        known = connection.scalar(select(jobs.c.id).where(jobs.c.kind == SCAN, jobs.c.item == file))
        if known is None:
            row = {"organisation": organisation, "kind": SCAN, "item": file, "position": 0}
            connection.execute(insert(jobs).values(**row, **fresh))
        else:
            connection.execute(again.values(**fresh))
        audit.write(
            connection,
            actor=actor,
            action="scan again",
            organisation=organisation,
            reference=reference,
            detail=f"file {number}",
            now=now,
        )
    return True
