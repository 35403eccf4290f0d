"""A referral with everything that can belong to one: payload, raw answer, files, a mail that waits, open chores."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from gateway.keys import KeyRing
from gateway.referral import File, Referral
from gateway.store import definitions, mails, sending, tables
from gateway.store import destinations as standings
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files
from gateway.store.mails import Mail
from gateway.store.states import FileState

from .making import DEFINITION, NOW, a_person, a_referral, an_answer, begin, claim

CANARY = "Zebedee-Canary-7731"
INSTANCE = b"an-instance-only"
LETTER = CANARY.encode() * 100


def laden(
    database: Database,
    ring: KeyRing,
    *,
    instance: bytes = INSTANCE,
    now: datetime = NOW,
    name: str = CANARY,
    clean: bool = True,
    letter: bytes = LETTER,
    **changes: object,
) -> Referral:
    """Send a referral with a file and a receipt; a first try is under way, and its raw answer is there already."""
    definitions.keep(database, [DEFINITION], now)
    Drafts(database, ring).create(
        instance, Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, now, now + timedelta(hours=1))
    )
    files = Files(database, ring)
    file = files.begin(instance_hash(instance), now, most_bytes=2**30)
    writer = files.writer(file)
    writer.write(letter)
    writer.close()
    details = Details(f"{CANARY}.pdf", "application/pdf", hashlib.sha256(letter).hexdigest())
    files.finish(file, details, clean=clean, organisation="riverside", now=now)
    named = File(file, "letter", "A letter", details.name, details.media_type, len(letter), details.sha256, "client")
    person = a_person(an_answer("description", f"About {CANARY}."), first_name=name)
    referral = a_referral(person, files=(named,), **changes)
    mail = Mail("receipt", "riverside", f"{CANARY}@example.org", "en", {}, (now + timedelta(days=9)).isoformat())
    sending.send(
        database, ring, referral, instance=instance_hash(instance), answers=CANARY.encode(), now=now,
        receipt=lambda _: mails.rows(ring, mail, now),
    )  # fmt: skip
    tried(database, ring, referral.reference)
    return referral


def tried(database: Database, ring: KeyRing, reference: str) -> None:
    """Begin a try with a payload, and keep an answer to it, all with the canary."""
    (job,) = [job for job in claim(database) if job.reference == reference]
    attempt = begin(database, ring, job, body=CANARY.encode())
    sealed = ring.seal(CANARY.encode(), table="attempts", row=str(attempt), column="sealed")
    table = tables.attempts
    with database.write() as connection:
        connection.execute(update(table).where(table.c.id == attempt).values(sealed=sealed))
        connection.execute(update(tables.jobs).where(tables.jobs.c.reference == reference).values(result="4711"))


def ended(database: Database, reference: str, state: str, *, at: datetime = NOW) -> None:
    """Let the try end, so that the referral is in a state since a time."""
    jobs, attempts, referrals = tables.jobs, tables.attempts, tables.referrals
    delivered = at if state == "delivered" else None
    with database.write() as connection:
        connection.execute(
            update(jobs).where(jobs.c.reference == reference).values(status="done", leased_until=None, worker=None)
        )
        connection.execute(update(attempts).where(attempts.c.reference == reference).values(ended_at=at, outcome=state))
        connection.execute(
            update(referrals)
            .where(referrals.c.reference == reference)
            .values(state=state, updated_at=at, delivered_at=delivered)
        )


def files_are(database: Database, reference: str, state: FileState) -> None:
    """Set the files of a referral to a state."""
    with database.write() as connection:
        connection.execute(update(tables.files).where(tables.files.c.reference == reference).values(state=state))


def proven(database: Database, organisation: str = "riverside") -> None:
    """Let a person have seen that referrals arrive."""
    with database.write() as connection:
        standings.remember(connection, organisation, proven_at=NOW)


def a_due_errand(database: Database, reference: str, kind: str = "upload") -> str:
    """Write an errand about the file of a referral; give the id of the file."""
    with database.write() as connection:
        file: str = connection.scalars(select(tables.files.c.id).where(tables.files.c.reference == reference)).one()
        connection.execute(
            insert(tables.jobs).values(
                organisation="riverside", kind=kind, position=0, item=file, status="due", due_at=NOW, since=NOW
            )
        )
    return file
