"""Erasing leaves a tombstone and nothing else, whatever the state; never beside a worker that is at it."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from gateway.keys import KeyRing
from gateway.ledger import Event, Ledger, LedgerProblem
from gateway.store import claims, referrals, sending, settling, subjects, tables
from gateway.store.database import Database
from gateway.store.drafts import instance_hash
from gateway.store.sending import SentBefore
from gateway.store.states import JobStatus, ReferralState
from gateway.store.subjects import Erased, UnderWay

from .keeping import CANARY, INSTANCE, a_due_errand, ended, laden
from .making import LEASE, NOW, begin, claim, finish, job_of, rows, send, state_of
from .test_jobs import DELIVERED
from .test_secrecy import everything_in

PATIENCE = 20  # seconds until a test gives up; nothing is measured by it

LATER = NOW + timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def erased(database: Database, ledger: Ledger, reference: str) -> Erased | None:
    return subjects.erase(database, ledger, reference, actor="command line", now=LATER)


@pytest.mark.parametrize("state", ["held", "pending", "delivered", "unknown", "failed", "closed"])
def test_erasing_leaves_a_tombstone_and_nothing_else(
    database: Database, ledger: Ledger, ring: KeyRing, state: str
) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, state)
    a_due_errand(database, reference)
    sealed = [
        bytes(row.sealed)
        for table in (tables.referrals, tables.payloads, tables.attempts, tables.files, tables.chunks, tables.mails)
        for row in rows(database, select(table.c.sealed))
    ]

    done = erased(database, ledger, reference)
    database.checkpoint()

    # Its record there is known, so that it was there at some time, whatever its state says.
    assert done == Erased(reference, "riverside", may_have_arrived=True, gone_before=False, records=("person 4711",))
    (row,) = rows(database, select(tables.referrals))
    assert (row.state, row.reason, row.sealed, row.purged_at) == ("closed", "erased", None, LATER)
    left = b"".join(everything_in(database))
    assert [each for each in sealed if each[:64] in left or each[-64:] in left] == []
    assert {row.status for row in rows(database, select(tables.jobs))} == {"done"}
    assert [(entry.event, entry.reference) for entry in ledger.entries()] == [(Event.ERASED, reference)]
    (trail,) = rows(database, select(tables.audit))
    assert (trail.actor, trail.action, trail.reference) == ("command line", "erase", reference)
    assert claim(database) == []


def test_the_same_form_sent_again_is_known_but_not_what_was_in_it(
    database: Database, ledger: Ledger, ring: KeyRing
) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")

    erased(database, ledger, reference)

    again = sending.sent_before(database, ring, instance=instance_hash(INSTANCE), answers=CANARY.encode())
    assert again == SentBefore(reference, None)


def test_while_a_call_is_under_way_nothing_is_erased(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    assert state_of(database, reference) == "sending"

    with pytest.raises(UnderWay, match=r"a worker is at RG-.* just now: try again in 1[12]\d seconds"):
        erased(database, ledger, reference)

    assert state_of(database, reference) == "sending"
    assert list(ledger.entries()) == []
    assert all(row.sealed for row in rows(database, select(tables.payloads)))


def test_what_a_worker_that_died_left_open_can_be_erased(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(leased_until=NOW))

    done = erased(database, ledger, reference)

    assert done is not None
    assert done.may_have_arrived
    assert claims.abandoned(database) == []
    (attempt,) = rows(database, select(tables.attempts))
    assert (attempt.outcome, attempt.sealed) == ("unknown", None)


def test_a_file_that_is_just_being_uploaded_is_not_erased(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")
    file = a_due_errand(database, reference)
    with database.write() as connection:
        connection.execute(
            update(tables.jobs)
            .where(tables.jobs.c.item == file)
            .values(status="leased", worker="a", leased_until=NOW + timedelta(days=9999))
        )

    with pytest.raises(UnderWay):
        erased(database, ledger, reference)


def test_a_worker_that_claimed_before_the_erasure_begins_nothing_after_it(
    database: Database, ledger: Ledger, ring: KeyRing
) -> None:
    reference = send(database, ring)
    (job,) = claim(database, lease=timedelta(seconds=-1))  # a claim that is over already

    erased(database, ledger, reference)

    assert begin(database, ring, job) is None
    assert rows(database, select(tables.attempts)) == []
    assert job_of(database, reference).status == "done"


def test_an_answer_that_comes_after_the_erasure_brings_nothing_back(
    database: Database, ledger: Ledger, ring: KeyRing
) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(leased_until=NOW))
    erased(database, ledger, reference)

    assert finish(database, job, attempt, DELIVERED) is False
    assert state_of(database, reference) == "closed"


def test_claims_and_erasures_at_one_moment_end_in_one_of_two_ways(
    database: Database, ledger: Ledger, ring: KeyRing
) -> None:
    references = [send(database, ring) for _ in range(12)]
    refused: list[str] = []
    begun: list[str] = []
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait()
        while taken := claim(database, limit=1, lease=LEASE):
            begun.extend(job.reference for job in taken if begin(database, ring, job) is not None)

    worker = threading.Thread(target=work)
    worker.start()
    ready.wait()
    for reference in reversed(references):
        try:
            erased(database, ledger, reference)
        except UnderWay:
            refused.append(reference)
    worker.join()

    assert sorted([*begun, *{entry.reference for entry in ledger.entries()}]) == sorted(references)
    assert set(refused) == set(begun)
    assert {state_of(database, each) for each in begun} <= {"sending"}


def test_without_its_line_in_the_ledger_nothing_is_erased(database: Database, ring: KeyRing, tmp_path: Path) -> None:
    reference = send(database, ring)
    (tmp_path / "a-file").write_text("")

    with pytest.raises(LedgerProblem):
        erased(database, Ledger(tmp_path / "a-file" / "ledger.jsonl"), reference)

    assert state_of(database, reference) == "pending"
    assert referrals.find(database, reference) is not None


def test_erased_twice_it_says_so(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = send(database, ring)
    erased(database, ledger, reference)

    done = erased(database, ledger, reference)

    assert done is not None
    assert done.gone_before
    assert erased(database, ledger, "RG-0000-0000") is None


def test_what_is_sent_again_at_that_moment_goes_nowhere(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")
    erasing = threading.Thread(target=erased, args=(database, ledger, reference))

    with database.write() as connection:
        settling.move(
            connection,
            [reference],
            leaving=[ReferralState.DELIVERED],
            to=ReferralState.PENDING,
            reason="nobody saw it there",
            job_status=JobStatus.DUE,
            actor="somebody",
            action="send again",
            now=NOW,
            done_too=True,
        )
        erasing.start()
        while database.sqlite_file is None and not is_anybody_waiting(database):
            pass  # until the erasure has come as far as it gets
    erasing.join(PATIENCE)

    assert state_of(database, reference) == "closed"
    assert {row.status for row in rows(database, select(tables.jobs))} == {"done"}


def is_anybody_waiting(database: Database) -> bool:
    """Tell whether a transaction waits for another one. On PostgreSQL alone."""
    with database.read() as connection:
        wanted = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(connection.scalar(wanted))
