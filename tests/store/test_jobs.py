"""Jobs: leased in order, by one worker at a time, and never out of reach when that worker dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import event, insert, select

from gateway.keys import KeyRing
from gateway.store import jobs, referrals, tables
from gateway.store.database import Database
from gateway.store.jobs import Finish, Job
from gateway.store.tables import JobStatus, ReferralState

from .making import LEASE, NOW, a_referral, begin, change_job, claim, finish, job_of, rows, send, state_of

ENDED = timedelta(seconds=-1)  # a lease that is over on the database's clock as soon as it begins
HOUR = timedelta(hours=1)
UNKNOWN = Finish("unknown", ReferralState.UNKNOWN, "may have arrived", JobStatus.DUE, NOW + HOUR, 0, 1)
DELIVERED = Finish("delivered", ReferralState.DELIVERED, None, JobStatus.DONE, NOW, 0, 0, 200, "200 empty", b"sealed")


def test_the_job_that_has_been_due_longest_is_claimed_first(database: Database, ring: KeyRing) -> None:
    references = [send(database, ring) for _ in range(4)]
    for reference, minutes in zip(references, (3, 1, 4, 2), strict=True):
        change_job(database, reference, due_at=NOW - timedelta(minutes=minutes))

    claimed = [claim(database, limit=1)[0].reference for _ in range(4)]

    assert claimed == [references[index] for index in (2, 0, 3, 1)]


def test_a_claim_takes_as_many_as_it_may(database: Database, ring: KeyRing) -> None:
    for _ in range(5):
        send(database, ring)

    assert [len(claim(database, limit=3)) for _ in range(3)] == [3, 2, 0]


def test_a_claim_is_for_one_destination(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    other = send(database, ring, organisation="hillside")

    assert [job.reference for job in claim(database, organisation="hillside")] == [other]


def test_what_is_not_due_yet_is_not_claimed(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    change_job(database, reference, due_at=datetime.now(UTC) + HOUR)

    assert claim(database) == []


@pytest.mark.parametrize("status", [JobStatus.DONE, JobStatus.PARKED, JobStatus.LEASED])
def test_what_is_done_parked_or_leased_is_not_claimed(database: Database, ring: KeyRing, status: JobStatus) -> None:
    reference = send(database, ring)
    change_job(database, reference, status=status)

    assert claim(database) == []


def test_a_lease_ends_on_the_clock_of_the_database(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    before = datetime.now(UTC)

    (job,) = claim(database, lease=LEASE)

    assert job.leased_until is not None
    assert before <= job.leased_until - LEASE + timedelta(milliseconds=1)  # SQLite's clock counts milliseconds
    assert job.leased_until - LEASE <= datetime.now(UTC)


def test_parallel_workers_claim_each_job_once(database: Database, ring: KeyRing) -> None:
    references = {send(database, ring) for _ in range(24)}
    together = Barrier(8)

    def work(number: int) -> list[Job]:
        together.wait()
        return [job for _ in range(4) for job in claim(database, worker=f"worker-{number}", limit=2)]

    with ThreadPoolExecutor(8) as pool:
        claimed = [job for found in pool.map(work, range(8)) for job in found]
    claimed += claim(database, limit=24)  # what was locked for a moment when everybody looked

    assert len(claimed) == 24
    assert {job.reference for job in claimed} == references


def test_a_lease_that_is_over_shows_its_job_as_abandoned(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    send(database, ring)
    (dead,) = claim(database, worker="dead", limit=1, lease=ENDED)
    claim(database, worker="alive", limit=1, lease=LEASE)

    (found,) = jobs.abandoned(database)

    assert (found.job, found.attempt) == (dead, None)
    assert claim(database) == []  # it is the policy that frees it


def test_an_abandoned_job_tells_of_its_open_attempt(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    jobs.renew(database, worker="a", ids=[job.id], lease=ENDED)

    (found,) = jobs.abandoned(database)

    assert found.attempt == attempt


def test_a_renewed_lease_is_not_abandoned(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database, lease=ENDED)

    jobs.renew(database, worker="a", ids=[job.id], lease=LEASE)

    assert jobs.abandoned(database) == []


def test_a_worker_renews_its_own_leases_alone(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database, worker="a", lease=ENDED)

    jobs.renew(database, worker="b", ids=[job.id], lease=LEASE)

    assert len(jobs.abandoned(database)) == 1


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


def test_a_history_with_an_unknown_attempt_may_have_arrived(database: Database, ring: KeyRing) -> None:
    first, second = send(database, ring), send(database, ring)
    for job in claim(database):
        finish(database, job, begin(database, ring, job), UNKNOWN if job.reference == first else DELIVERED)

    with database.read() as connection:
        assert jobs.may_have_arrived(connection, [first, second]) == {first}


def test_an_idle_worker_takes_no_write_lock(database: Database, ring: KeyRing) -> None:
    send(database, ring, organisation="hillside")
    idle, found = Database(database.url.render_as_string(hide_password=False)), Event()

    def look() -> None:
        claim(idle)
        found.set()

    with database.write():  # on SQLite nobody else can write now
        thread = Thread(target=look)
        thread.start()
        assert found.wait(20)
    thread.join()
    idle.close()


@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_a_claim_walks_the_index_without_a_sort(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    looked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT jobs.id"):
            looked.append((statement, parameters))

    claim(database)

    assert len(looked) == 2
    with database.read() as connection:
        for statement, parameters in looked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert len(plan) == 1
            assert "USING COVERING INDEX ix_jobs_claim" in plan[0][3] or "USING INDEX ix_jobs_claim" in plan[0][3]


def test_a_referral_and_its_job_of_one_kind_exist_once(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring, a_referral())
    row = job_of(database, reference)
    again = {"organisation": "riverside", "kind": "stage", "reference": reference, "position": 0, "status": "due"}

    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as connection:
        connection.execute(insert(tables.jobs).values(**again, due_at=row.due_at, since=row.since))
