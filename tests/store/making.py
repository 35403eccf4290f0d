"""Invented referrals, and the shortest way to get them into a store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.sql import Select

from gateway.keys import KeyRing
from gateway.referral import Answer, Person, Referral, new_reference
from gateway.store import claims, definitions, jobs, payloads, referrals, sending, tables
from gateway.store.database import Database, clock
from gateway.store.definitions import StoredDefinition
from gateway.store.jobs import Finish, Job
from gateway.store.payloads import Outgoing

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
DEFINITION = StoredDefinition("d" * 64, "riverside", "support", "{}")


def an_answer(name: str, shown: str, **changes: object) -> Answer:
    """Make an answer that goes out as a field of its own name."""
    plain = Answer(name, name.replace("_", " ").capitalize(), shown, shown, "field", name)
    return replace(plain, **changes)


def a_person(
    *answers: Answer, person: str = "client", first_name: str = "Maia", surname: str = "Testperson", **options: object
) -> Person:
    """Make a person with a name, and what else is given; options are the destination's block."""
    names = (an_answer("first_name", first_name), an_answer("surname", surname))
    return Person(person, {"org_type_id": "1", **options}, (*names, *answers))


def a_referral(*people: Person, **changes: object) -> Referral:
    """Make a referral of the organisation `riverside`."""
    main = a_person(an_answer("description", "I care for my brother."))
    plain = Referral(
        reference=new_reference(),
        organisation="riverside",
        form="support",
        definition=DEFINITION.hash,
        language="en",
        created_at=NOW,
        destination="charitylog",
        options={},
        people=people or (main,),
    )
    return replace(plain, **changes)


def send(
    database: Database, ring: KeyRing, referral: Referral | None = None, *, now: datetime = NOW, **changes: object
) -> str:
    """Store a referral the way the web does; give its reference."""
    found = referral or a_referral(**changes)
    definitions.keep(database, [replace(DEFINITION, hash=found.definition)], now)
    sent = sending.send(database, ring, found, instance=found.reference.ljust(64, "0"), answers=b"{}", now=now)
    return sent.reference


def rows(database: Database, wanted: Select[Any]) -> Sequence[Row[Any]]:
    """Read rows with a connection that ends."""
    with database.read() as connection:
        return connection.execute(wanted).all()


def job_of(database: Database, reference: str) -> Row[Any]:
    """Read the job row of a referral."""
    (found,) = rows(database, select(tables.jobs).where(tables.jobs.c.reference == reference))
    return found


def change_job(database: Database, reference: str, **values: object) -> None:
    """Change a job row, as time or a person would."""
    with database.write() as connection:
        connection.execute(update(tables.jobs).where(tables.jobs.c.reference == reference).values(**values))


def state_of(database: Database, reference: str) -> str:
    """Read the state of a referral."""
    found = referrals.find(database, reference)
    return found.state if found else "none"


def claim(
    database: Database, *, worker: str = "a", limit: int = 10, lease: timedelta = LEASE, organisation: str = "riverside"
) -> list[Job]:
    """Claim what is due."""
    with database.write() as connection:
        at = clock(connection)
        return claims.claim(connection, {organisation: limit}, worker=worker, lease=lease, at=at)


def begin(database: Database, ring: KeyRing, job: Job, *, version: int = 1, body: bytes = b"body") -> int | None:
    """Write a payload and open an attempt, as the delivery does; None where the job may not begin."""
    with database.write() as connection:
        payloads.add(connection, ring, {job.reference: Outgoing(version, False, "text/plain", body)}, NOW)
        return jobs.begin(connection, {job: version}, NOW, at=clock(connection)).get(job.id)


def finish(database: Database, job: Job, attempt: int | None, end: Finish) -> bool:
    """Close an attempt as the delivery does; False where the job is no longer its worker's."""
    assert attempt is not None
    with database.write() as connection:
        if job.id not in jobs.held(connection, [job]):
            return False
        jobs.finish(connection, [(job, attempt, end)], NOW)
    return True
