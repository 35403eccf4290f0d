"""Whoever has the database, its log files and nothing else, reads no answer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select

from gateway.keys import KeyRing, new_key
from gateway.referral import Consent
from gateway.store import definitions, jobs, payloads, referrals, sending, tables
from gateway.store.database import Database, clock
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.jobs import Finish
from gateway.store.payloads import Outgoing
from gateway.store.states import JobStatus, ReferralState

from .making import DEFINITION, NOW, a_person, a_referral, an_answer, claim

CANARY = "Zebedee-Canary-7731"
INSTANCE = b"an-instance-only"


def everything_in(database: Database) -> Iterator[bytes]:
    """Give every byte that somebody with the database has."""
    if database.sqlite_file:
        for path in database.sqlite_file.parent.iterdir():
            yield path.read_bytes()
    with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            yield from _cells(connection, table)


def _cells(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execute(select(table)):
        for value in row:
            yield value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def full(database: Database, ring: KeyRing) -> Database:
    """A store in which the canary was a draft, a sent referral, a payload, and an answer of the destination."""
    definitions.keep(database, [DEFINITION], NOW)
    drafts = Drafts(database, ring)
    hour = timedelta(hours=1)
    answers = {"surname": [CANARY], "description": [CANARY * 200]}
    for instance in (INSTANCE, b"another-instance"):
        drafts.create(instance, Draft("riverside", "support", DEFINITION.hash, "en", answers, 1, NOW, NOW + hour))
    drafts.save(INSTANCE, answers, version=1, language="en", expires_at=NOW + hour)
    person = a_person(an_answer(CANARY, CANARY, label=CANARY), first_name=CANARY, surname=CANARY, note=CANARY)
    consents = (Consent("agree", CANARY, "1", "Y", CANARY),)
    referral = a_referral(person, options={"x": CANARY}, consents=consents, basis={"article_6": CANARY})
    spent = instance_hash(INSTANCE)
    sending.send(database, ring, referral, instance=spent, answers=CANARY.encode(), now=NOW)
    sending.send(database, ring, referral, instance=spent, answers=CANARY.encode() * 2, now=NOW)
    (job,) = claim(database, limit=1, lease=hour)
    with database.write() as connection:
        payloads.add(connection, ring, {job.reference: Outgoing(1, False, "text/plain", CANARY.encode())}, NOW)
        attempt = jobs.begin(connection, {job: 1}, NOW, at=clock(connection))[job.id]
        sealed = ring.seal(CANARY.encode(), table="attempts", row=str(attempt), column="sealed")
        end = Finish("delivered", ReferralState.DELIVERED, None, JobStatus.DONE, NOW, 0, 0, 200, "200 empty", sealed)
        jobs.finish(connection, [(job, attempt, end)], NOW)
    return database


def test_an_answer_is_nowhere_in_the_clear(full: Database) -> None:
    found = list(everything_in(full))

    assert any(b"riverside" in each for each in found)  # or this test reads the wrong place
    assert not any(CANARY.encode() in each for each in found)
    assert not any(INSTANCE in each or INSTANCE.hex().encode() in each for each in found)


def test_an_answer_is_in_no_file_of_an_sqlite_database_while_it_is_open(ring: KeyRing, tmp_path: Path) -> None:
    # The whole of the log is still beside the database here: nothing was moved into it yet.
    store = Database(f"sqlite:///{tmp_path}/gateway.db")
    with store.write() as connection:
        tables.metadata.create_all(connection)
    definitions.keep(store, [DEFINITION], NOW)
    person = a_person(surname=CANARY)
    sending.send(store, ring, a_referral(person), instance="0" * 64, answers=CANARY.encode(), now=NOW)

    names = {path.name for path in tmp_path.iterdir()}
    assert {"gateway.db", "gateway.db-wal", "gateway.db-shm"} <= names
    assert not any(CANARY.encode() in path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_payloads_come_back_in_order_and_only_with_the_key(full: Database, ring: KeyRing) -> None:
    (listed,) = referrals.listed(full)
    with full.write() as connection:
        payloads.add(connection, ring, {listed.reference: Outgoing(2, True, "text/plain", b"second")}, NOW)

    first, second = payloads.bodies(full, ring, listed.reference)

    assert (first.version, first.body, second.marked, second.body) == (1, CANARY.encode(), True, b"second")
    with pytest.raises(Exception, match="not in GATEWAY_KEYS") as caught:
        payloads.bodies(full, KeyRing(new_key()), listed.reference)
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(first)


def test_a_sealed_referral_moved_to_another_row_does_not_open(full: Database, ring: KeyRing) -> None:
    other = a_referral()
    sending.send(full, ring, other, instance="1" * 64, answers=b"", now=NOW)
    table = tables.referrals
    with full.write() as connection:
        stolen = connection.scalar(select(table.c.sealed).where(table.c.reference != other.reference))
        connection.execute(table.update().where(table.c.reference == other.reference).values(sealed=stolen))

    with full.read() as connection, pytest.raises(Exception, match="changed or moved"):
        referrals.opened(connection, ring, other.reference)


def test_the_store_shows_no_password_of_its_address() -> None:
    store = Database("postgresql://gateway:canary-password@localhost/gateway")

    assert "canary" not in f"{store} {store!r} {store.url}"
