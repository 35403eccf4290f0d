"""Jobs: begun with an open attempt, finished with the outcome, and let go."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from gateway.keys import KeyRing
from gateway.store import jobs, referrals, tables
from gateway.store.database import Database
from gateway.store.jobs import Finish
from gateway.store.states import JobStatus, ReferralState

from .making import NOW, a_referral, begin, change_job, claim, finish, job_of, rows, send, state_of

ENDED = timedelta(seconds=-1)  # a lease that is over on the database's clock as soon as it begins
HOUR = timedelta(hours=1)
UNKNOWN = Finish("unknown", ReferralState.UNKNOWN, "may have arrived", JobStatus.DUE, NOW + HOUR, 0, 1)
DELIVERED = Finish("delivered", ReferralState.DELIVERED, None, JobStatus.DONE, NOW, 0, 0, 200, "200 empty", b"sealed")


def test_beginning_writes_an_open_attempt_before_the_call(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)

    attempt = begin(database, ring, job)

    (row,) = rows(database, select(tables.attempts))
    assert (row.id, row.reference, row.payload, row.started_at, row.ended_at) == (attempt, reference, 1, NOW, None)
    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.attempts) == ("sending", 1)


def test_nothing_begins_after_the_lease(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database, lease=ENDED)

    assert begin(database, ring, job) is None
    assert state_of(database, reference) == "pending"
    assert rows(database, select(tables.attempts)) == []


def test_nothing_begins_once_another_worker_has_the_job(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database, worker="a")
    change_job(database, job.reference, worker="b")

    assert begin(database, ring, job) is None


def test_finishing_closes_the_attempt_and_moves_job_and_referral(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)

    assert finish(database, job, attempt, DELIVERED)

    (row,) = rows(database, select(tables.attempts))
    assert (row.ended_at, row.outcome, row.status, row.sealed) == (NOW, "delivered", 200, b"sealed")
    done = job_of(database, reference)
    assert (done.status, done.worker, done.leased_until) == ("done", None, None)
    assert state_of(database, reference) == "delivered"


def test_an_end_that_comes_after_the_takeover_changes_nothing(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    assert finish(database, job, attempt, UNKNOWN)

    assert not finish(database, job, attempt, DELIVERED)

    assert state_of(database, reference) == "unknown"
    assert job_of(database, reference).status == "due"
    assert rows(database, select(tables.attempts.c.outcome))[0].outcome == "unknown"


def test_a_freed_job_can_be_claimed_again(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database)
    with database.write() as connection:
        assert jobs.free(connection, job, status=JobStatus.DUE)
        assert not jobs.free(connection, job, status=JobStatus.DUE)

    assert [each.id for each in claim(database, worker="b")] == [job.id]


def test_what_its_worker_has_begun_meanwhile_is_not_given_back(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)

    with database.write() as connection:
        jobs.let_go(connection, [job])  # as it was claimed before

    assert job_of(database, reference).status == "leased"
    assert finish(database, job, attempt, DELIVERED)
    assert state_of(database, reference) == "delivered"


def test_what_was_claimed_before_a_person_sent_it_on_is_not_held_any_more(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (before,) = claim(database)
    change_job(database, reference, status="due", worker=None, since=NOW + HOUR)
    (after,) = claim(database)

    with database.write() as connection:
        assert jobs.held(connection, [before]) == set()
        assert jobs.held(connection, [after]) == {after.id}


def test_a_history_with_an_unknown_attempt_may_have_arrived(database: Database, ring: KeyRing) -> None:
    first, second = send(database, ring), send(database, ring)
    for job in claim(database):
        finish(database, job, begin(database, ring, job), UNKNOWN if job.reference == first else DELIVERED)

    with database.read() as connection:
        assert jobs.may_have_arrived(connection, [first, second]) == {first}


def test_a_referral_and_its_job_of_one_kind_exist_once(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring, a_referral())
    row = job_of(database, reference)
    again = {"organisation": "riverside", "kind": "stage", "reference": reference, "position": 0, "status": "due"}

    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as connection:
        connection.execute(insert(tables.jobs).values(**again, due_at=row.due_at, since=row.since))


def test_the_history_tells_single_steps_apart(database: Database, ring: KeyRing) -> None:
    first, _ = send(database, ring), send(database, ring)
    claimed = claim(database)
    for job in claimed:
        finish(database, job, begin(database, ring, job), UNKNOWN if job.reference == first else DELIVERED)

    with database.read() as connection:
        found = jobs.doubtful(connection, [job.id for job in claimed])
    assert [job.reference for job in claimed if job.id in found] == [first]
